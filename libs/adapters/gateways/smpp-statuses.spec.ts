import { STATUS } from '#smpp';
import { judgeStatus, TRY_LATER_MS } from './smpp-statuses.js';

const tryLater: number[] = [STATUS.ESME_RSYSERR, STATUS.ESME_RMSGQFUL, STATUS.ESME_RX_T_APPN];

describe('a status of the carrier', () => {
  it('0x58 concerns the whole link', () => {
    expect(judgeStatus(0x58)).toBe('throttled');
  });

  it.each(tryLater)('%i means that this message is tried again after a while', (status) => {
    expect(judgeStatus(status)).toBe('try_later');
    expect(TRY_LATER_MS[status]).toBeGreaterThanOrEqual(1_000);
  });

  it('0x14 sends the message to the back of the queue for three minutes', () => {
    expect(TRY_LATER_MS[0x14]).toBe(180_000);
  });

  it('of any other number is final for that message', () => {
    const others = [...Object.values(STATUS), 0x400, 0x4ff, 0xffff_ffff].filter(
      (status) => status !== 0 && status !== 0x58 && !tryLater.includes(status),
    );
    expect(others.map(judgeStatus)).toEqual(others.map(() => 'permanent'));
  });
});
