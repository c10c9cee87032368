import { Inject, Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify/sync';
import { formatMessageId, formatPoints } from '#domain';
import { MessageReader, type MessageView } from '#messaging';

/** Messages per chunk of the stream. */
const PAGE = 2_000;
/** Excel reads a file without this mark as the local encoding and breaks Chinese. */
const BYTE_ORDER_MARK = '\uFEFF';

const COLUMNS = [
  'message',
  'recipient',
  'state',
  'parts',
  'points',
  'submittedAt',
  'acceptedAt',
  'finalAt',
  'error',
  'text',
];

/** The report of a campaign as CSV, streamed: a million rows need no more memory than a page. */
@Injectable()
export class CampaignReport {
  constructor(@Inject(MessageReader) private readonly messages: MessageReader) {}

  async *stream(accountId: string, campaignId: string): AsyncGenerator<string> {
    yield BYTE_ORDER_MARK + formatRows([COLUMNS]);
    for (let after: bigint | null = null; ;) {
      const page: MessageView[] = await this.messages.listOfCampaign(accountId, campaignId, {
        after,
        limit: PAGE,
        state: null,
      });
      if (page.length > 0) yield formatRows(page.map(toRow));
      if (page.length < PAGE) return;
      after = page.at(-1)?.id ?? null;
    }
  }
}

function toRow(message: MessageView): string[] {
  return [
    formatMessageId(message.id),
    // Without "+": a spreadsheet would take it for a formula, and the digits alone import again (rule T6).
    message.recipient.replace(/^\+/, ''),
    message.state,
    String(message.parts),
    formatPoints(message.settlement === 'captured' ? message.price : 0n),
    formatTime(message.submittedAt),
    formatTime(message.acceptedAt),
    formatTime(message.finalAt),
    message.error ?? '',
    message.body ?? '',
  ];
}

function formatTime(time: Date | null): string {
  return time ? time.toISOString() : '';
}

function formatRows(rows: string[][]): string {
  // A bare line feed inside a cell is no end of a record here, so the library would leave it unquoted.
  return stringify(rows, { escape_formulas: true, record_delimiter: 'windows', quoted_match: /[\r\n]/ });
}
