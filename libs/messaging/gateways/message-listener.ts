import { Inject, Injectable } from '@nestjs/common';
import type { GatewayListener, InboundMessage, Receipt, SubmitOutcome } from '#domain';
import { LOGGER, type Logger } from '#platform';
import { RecordOutcomesUseCase } from '../batches/record-outcomes.use-case.js';
import { StoreInboundUseCase } from '../inbound/store-inbound.use-case.js';
import { ApplyReceiptsUseCase, type FinalReceipt } from '../receipts/apply-receipts.use-case.js';
import { ReceiptBuffer } from '../receipts/receipt-buffer.js';

/** Takes what carriers tell and gives it to the use cases. */
@Injectable()
export class MessageListener {
  readonly #buffers = new Map<number, ReceiptBuffer>();

  constructor(
    @Inject(ApplyReceiptsUseCase) private readonly receipts: ApplyReceiptsUseCase,
    @Inject(RecordOutcomesUseCase) private readonly outcomes: RecordOutcomesUseCase,
    @Inject(StoreInboundUseCase) private readonly inbound: StoreInboundUseCase,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The listener of one gateway, by the number of its row. */
  of(gatewayId: number): GatewayListener {
    const buffer = this.#bufferOf(gatewayId);
    return {
      // Intermediate reports say nothing a message's state depends on.
      receiveReceipt: async (receipt: Receipt) => {
        if (receipt.state !== null) await buffer.add(receipt as FinalReceipt);
      },
      receiveInbound: (message: InboundMessage) => this.inbound.execute(gatewayId, message),
      receiveLateOutcome: (messageId: bigint, outcome: SubmitOutcome) =>
        this.outcomes.resolveLate(gatewayId, messageId, outcome),
    };
  }

  /** Commits what has arrived. */
  async drain(): Promise<void> {
    await Promise.all([...this.#buffers.values()].map((buffer) => buffer.drain()));
  }

  #bufferOf(gatewayId: number): ReceiptBuffer {
    const known = this.#buffers.get(gatewayId);
    if (known) return known;
    const buffer = new ReceiptBuffer((receipts) => this.receipts.execute(gatewayId, receipts), this.logger);
    this.#buffers.set(gatewayId, buffer);
    return buffer;
  }
}
