import { FinishCampaignsUseCase, StartDueCampaignsUseCase } from '#campaigns';
import { RemoveSpentUploadsUseCase, RequeueImportsUseCase } from '#contacts';
import { ExpireCreditsUseCase, ScheduleVerificationUseCase } from '#credits';
import { FeedBatchesUseCase, MatchInboxUseCase, RecoverBatchesUseCase } from '#messaging';
import { Database, forgetIdempotencyKeys, Periodic, type Logger } from '#platform';

/** Gives the instance of a class; Nest's `app.get`. */
export type Locate = <T>(type: abstract new (...args: never[]) => T) => T;

/** Pauses between two rounds, ms. What finds lost work bounds how long a loss can last (rule Q2: 60 s at most). */
const FEED_MS = 500;
const START_DUE_MS = 250;
const FINISH_MS = 500;
const MATCH_INBOX_MS = 1_000;
const RECOVER_MS = 2_000;
const REQUEUE_MS = 5_000;
const EXPIRE_CREDITS_MS = 60_000;
const VERIFY_LEDGER_MS = 60_000;
const TIDY_MS = 300_000;

/** What a worker does again and again. All of it may run on every worker at once: rows are claimed by lock and state. */
export class Schedules {
  readonly #feed: Periodic;
  readonly #all: Periodic[];

  constructor(locate: Locate, logger: Logger) {
    const every = (name: string, pauseMs: number, work: () => Promise<unknown>) =>
      new Periodic(name, pauseMs, async () => void (await work()), logger);
    const campaigns = locate(StartDueCampaignsUseCase);
    this.#feed = every('feed batches', FEED_MS, () => locate(FeedBatchesUseCase).execute());
    this.#all = [
      this.#feed,
      every('start due campaigns', START_DUE_MS, () => campaigns.execute()),
      every('finish campaigns', FINISH_MS, () => locate(FinishCampaignsUseCase).execute()),
      every('match receipts', MATCH_INBOX_MS, () => locate(MatchInboxUseCase).execute()),
      every('recover batches', RECOVER_MS, () => locate(RecoverBatchesUseCase).execute()),
      every('requeue expansions', REQUEUE_MS, () => campaigns.requeueExpansions()),
      every('requeue imports', REQUEUE_MS, () => locate(RequeueImportsUseCase).execute()),
      every('expire credits', EXPIRE_CREDITS_MS, () => locate(ExpireCreditsUseCase).execute()),
      every('verify the ledger', VERIFY_LEDGER_MS, () => locate(ScheduleVerificationUseCase).execute()),
      every('remove spent uploads', TIDY_MS, () => locate(RemoveSpentUploadsUseCase).execute()),
      every('forget old answers', TIDY_MS, () => forgetIdempotencyKeys(locate(Database))),
      every('forget settled submissions', TIDY_MS, () => locate(RecoverBatchesUseCase).forget()),
    ];
  }

  start(): void {
    for (const periodic of this.#all) periodic.start();
  }

  /** There is something to send, or room for it. */
  feed(): void {
    this.#feed.poke();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all.map((periodic) => periodic.stop()));
  }
}
