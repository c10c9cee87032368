import type { SubmitOutcome } from '#domain';

/**
 * One outcome for a message of several parts: unknown as soon as one part is, refused as soon as one is, accepted only
 * when all are.
 *
 * @param hasGone a part is on its way: what is still deferred cannot be tried again from the start
 */
export function combineOutcomes(judged: readonly SubmitOutcome[], hasGone: boolean): SubmitOutcome {
  const unknown = judged.find(({ kind }) => kind === 'unknown');
  if (unknown) return unknown;
  const refused = judged.find(({ kind }) => kind === 'refused');
  if (refused) return refused;
  const deferred = judged.find((outcome) => outcome.kind === 'deferred');
  if (deferred) return hasGone ? { kind: 'refused', code: `${deferred.code} (partly sent)` } : deferred;
  return {
    kind: 'accepted',
    providerIds: judged.flatMap((one) => (one.kind === 'accepted' ? one.providerIds : [])),
  };
}
