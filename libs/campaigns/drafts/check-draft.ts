import { compileTemplate, DomainError, findTextProblem, type FieldProblem } from '#domain';
import type { DraftFields } from '../campaign.repository.js';

/** Limits of a draft. */
export const MAX_NAME_LENGTH = 120;
export const MAX_LISTS = 20;
export const MAX_BODY_LENGTH = 2_000;
export const MAX_RATE_PER_SECOND = 10_000;
export const DEFAULT_VALIDITY_SECONDS = 86_400;
/** How far ahead a campaign may be scheduled. */
const MAX_SCHEDULE_DAYS = 365;
const MAX_ALPHANUMERIC_SENDER = 11;

/**
 * Checks what a draft must be before it is stored, so that nobody learns of a mistake only at launch.
 * @throws DomainError campaigns.body_invalid | campaigns.template_invalid | campaigns.sender_invalid |
 *         campaigns.schedule_invalid | request.invalid, each naming its field
 */
export function checkDraft(draft: DraftFields, now: Date): void {
  if (draft.listIds.length === 0 || draft.listIds.length > MAX_LISTS) {
    throw invalid('request.invalid', 'listIds', `Name 1 to ${MAX_LISTS} contact lists.`);
  }
  checkBody(draft.body);
  checkSender(draft.sender);
  checkSchedule(draft.scheduleAt, now);
}

function checkBody(body: string): void {
  const problem = findTextProblem(body);
  if (problem && problem.code !== 'messages.text_too_long') {
    throw invalid('campaigns.body_invalid', 'body', new DomainError(problem.code).sentence);
  }
  if (body.length > MAX_BODY_LENGTH)
    throw invalid('campaigns.body_invalid', 'body', `At most ${MAX_BODY_LENGTH} characters.`);
  const { variables } = compileTemplate(body);
  // With variables the length depends on the recipient; without, nobody could ever get this text.
  if (problem && variables.length === 0) throw invalid('campaigns.body_invalid', 'body', problem.sentence);
}

/** A sender id: 3 to 15 digits, or up to 11 letters, digits and spaces with at least one letter (rule S16). */
function checkSender(sender: string | null): void {
  if (sender === null || /^\+?\d{3,15}$/.test(sender)) return;
  const isAlphanumeric = /^[A-Za-z0-9 ._-]+$/.test(sender) && /[A-Za-z]/.test(sender);
  if (isAlphanumeric && sender.length <= MAX_ALPHANUMERIC_SENDER) return;
  throw invalid(
    'campaigns.sender_invalid',
    'sender',
    'A sender is 3 to 15 digits, or up to 11 Latin letters and digits.',
  );
}

/** @throws DomainError campaigns.schedule_invalid when the time lies in the past or more than a year ahead */
export function checkSchedule(scheduleAt: Date | null, now: Date): void {
  if (scheduleAt === null) return;
  const aheadMs = scheduleAt.getTime() - now.getTime();
  if (aheadMs < 0) throw invalid('campaigns.schedule_invalid', 'scheduleAt', 'This time has passed.');
  if (aheadMs > MAX_SCHEDULE_DAYS * 86_400_000) {
    throw invalid('campaigns.schedule_invalid', 'scheduleAt', `At most ${MAX_SCHEDULE_DAYS} days ahead.`);
  }
}

function invalid(
  code: ConstructorParameters<typeof DomainError>[0],
  field: string,
  message: string,
): DomainError {
  const fields: FieldProblem[] = [{ field, message }];
  return new DomainError(code, { fields });
}
