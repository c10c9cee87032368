import { Injectable } from '@nestjs/common';
import { AccountsReader } from '#accounts';
import { AdjustCreditsUseCase, CreditsReader, GrantCreditsUseCase, TopUpCreditsUseCase } from '#credits';
import { DomainError, formatId, formatPoints, parsePoints } from '#domain';
import { Database, runIdempotent, type AccountTx } from '#platform';
import { presentBalance } from '../credits/credits.dto.js';

export interface AddCreditsInput {
  /** Who gets the points. */
  accountId: string;
  adminId: string;
  idempotencyKey: string;
  kind: 'grant' | 'top_up' | 'adjustment';
  /** As sent: a decimal string or a whole number. */
  points: string | number;
  reason: string;
}

/** An admin gives or takes points. Composes accounts and credits, which do not know admins. */
@Injectable()
export class AddCreditsUseCase {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsReader,
    private readonly credits: CreditsReader,
    private readonly grant: GrantCreditsUseCase,
    private readonly topUp: TopUpCreditsUseCase,
    private readonly adjust: AdjustCreditsUseCase,
  ) {}

  /** @throws DomainError resource.not_found | credits.amount_invalid | credits.insufficient | idempotency.* */
  async execute(input: AddCreditsInput) {
    const { accountId, kind, reason } = input;
    const amount = parseAmount(input);
    if (!(await this.accounts.find(accountId))) throw new DomainError('resource.not_found');
    const request = {
      // The blank keeps admins' keys apart from the account's own: no header can contain one.
      key: `admin ${input.idempotencyKey}`,
      route: 'POST /v1/admin/accounts/{id}/credits',
      body: { kind, points: formatPoints(amount), reason },
    };
    return this.database.inAccount(accountId, (tx) =>
      runIdempotent(tx, request, async () => ({ status: 201, body: await this.#add(tx, input, amount) })),
    );
  }

  /**
   * The ledger moves the points in a transaction of its own. Should the outer one fail after that, a repeated call finds
   * the ledger's own key used and gets the same entry again, so nothing is given twice.
   */
  async #add(tx: AccountTx, input: AddCreditsInput, amount: bigint) {
    const { accountId, kind, reason } = input;
    const key = `admin:${input.idempotencyKey}`;
    const addition = { accountId, amount, key, reason, actor: `member:${input.adminId}` };
    const useCase = { grant: this.grant, top_up: this.topUp, adjustment: this.adjust }[kind];
    const { entryId } = await useCase.execute(addition);
    const credits = presentBalance(await this.credits.balance(tx, accountId));
    return { entryId: formatId('ent', entryId), kind, points: formatPoints(amount), credits };
  }
}

/** Only an adjustment may take points away. */
function parseAmount({ kind, points }: AddCreditsInput): bigint {
  const text = String(points);
  const isNegative = kind === 'adjustment' && text.startsWith('-');
  const amount = isNegative ? -parsePoints(text.slice(1)) : parsePoints(points);
  if (amount === 0n)
    throw new DomainError('credits.amount_invalid', { sentence: 'Zero points move nothing.' });
  return amount;
}
