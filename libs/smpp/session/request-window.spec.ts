import fc from 'fast-check';
import type { OutcomeSink, RequestOutcome } from './outcome.js';
import { RequestWindow } from './request-window.js';

const PDU = { command: 'submit_sm' } as const;
const accepted = (sequence: number): RequestOutcome => ({
  kind: 'accepted',
  messageId: String(sequence),
  sequence,
  response: undefined,
});

class Outcomes implements OutcomeSink {
  readonly byIndex = new Map<number, RequestOutcome[]>();
  settle(index: number, outcome: RequestOutcome): void {
    this.byIndex.set(index, [...(this.byIndex.get(index) ?? []), outcome]);
  }
}

const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.constant({ kind: 'enqueue' } as const) },
    { weight: 4, arbitrary: fc.constant({ kind: 'start' } as const) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('answer' as const), sequence: fc.nat(60) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(40) }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'reject' } as const) },
  ),
  { maxLength: 200 },
);

describe('the window', () => {
  it('never holds more than its size and gives every request exactly one outcome', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 8 }), (plan, windowSize) => {
        const window = new RequestWindow({ windowSize, maxQueued: 20, maxRemembered: 5 });
        const outcomes = new Outcomes();
        let made = 0;
        let sequence = 0;
        let nowMs = 0;
        for (const step of plan) {
          if (step.kind === 'enqueue')
            window.enqueue({ pdu: PDU, sink: outcomes, index: made++, reference: made });
          if (step.kind === 'start') {
            const next = window.takeNext();
            if (next) window.start(next, ++sequence, sequence, nowMs + 50);
          }
          if (step.kind === 'answer') window.answer(step.sequence, 'submit_sm_resp', accepted(step.sequence));
          if (step.kind === 'wait') window.expire((nowMs += step.ms));
          if (step.kind === 'reject') window.rejectQueued('closing');
          expect(window.pendingCount).toBeLessThanOrEqual(windowSize);
          expect(window.queuedCount).toBeLessThanOrEqual(20);
        }
        window.abandon(sequence);
        expect(outcomes.byIndex.size).toBe(made);
        for (const settled of outcomes.byIndex.values()) expect(settled).toHaveLength(1);
      }),
      { numRuns: 500 },
    );
  });

  it('tells what was handed to the socket from what was not, when the connection ends', () => {
    const window = new RequestWindow({ windowSize: 10, maxQueued: 10, maxRemembered: 10 });
    const outcomes = new Outcomes();
    for (const index of [0, 1, 2]) window.enqueue({ pdu: PDU, sink: outcomes, index, reference: undefined });
    for (const [sequence, writeNumber] of [
      [1, 1],
      [2, 2],
    ] as const) {
      const next = window.takeNext();
      if (next) window.start(next, sequence, writeNumber, 100);
    }
    window.abandon(1);
    expect(outcomes.byIndex.get(0)).toEqual([{ kind: 'lost', sequence: 1 }]);
    expect(outcomes.byIndex.get(1)).toEqual([{ kind: 'not_sent', reason: 'closed' }]);
    expect(outcomes.byIndex.get(2)).toEqual([{ kind: 'not_sent', reason: 'closed' }]);
  });

  it('forgets the oldest unanswered request when it remembers too many', () => {
    const window = new RequestWindow({ windowSize: 10, maxQueued: 10, maxRemembered: 2 });
    const outcomes = new Outcomes();
    for (const sequence of [1, 2, 3]) {
      window.enqueue({ pdu: PDU, sink: outcomes, index: sequence, reference: `attempt ${sequence}` });
      const next = window.takeNext();
      if (next) window.start(next, sequence, 1, 100);
    }
    window.expire(100);
    expect(window.answer(1, 'submit_sm_resp', accepted(1))).toEqual({ kind: 'unknown' });
    expect(window.answer(2, 'submit_sm_resp', accepted(2))).toEqual({ kind: 'late', reference: 'attempt 2' });
    expect(window.answer(2, 'submit_sm_resp', accepted(2))).toEqual({ kind: 'unknown' });
  });

  it('does not take the answer to another kind of request', () => {
    const window = new RequestWindow({ windowSize: 1, maxQueued: 1, maxRemembered: 1 });
    const outcomes = new Outcomes();
    window.enqueue({ pdu: PDU, sink: outcomes, index: 0, reference: undefined });
    const next = window.takeNext();
    if (next) window.start(next, 1, 1, 100);
    expect(window.answer(1, 'query_sm_resp', accepted(1))).toEqual({ kind: 'unknown' });
    expect(outcomes.byIndex.size).toBe(0);
    expect(window.pendingCount).toBe(1);
  });
});
