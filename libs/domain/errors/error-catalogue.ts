/** What kind of failure it is; the HTTP status is decided from this alone, in one filter. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'insufficient_funds'
  | 'too_many'
  | 'unavailable'
  | 'too_large'
  | 'unsupported'
  | 'internal';

export type ErrorLogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface ErrorEntry {
  readonly kind: ErrorKind;
  /** True when the same request may succeed later without being changed. */
  readonly retryable: boolean;
  readonly logLevel: ErrorLogLevel;
  /** Safe to show to a customer: it names no table, host or vendor. */
  readonly sentence: string;
}

/** A mistake of the caller: worth a line at most, and pointless to repeat unchanged. */
const refuse = (kind: ErrorKind, sentence: string): ErrorEntry => ({
  kind,
  retryable: false,
  logLevel: 'info',
  sentence,
});

/** Right request, wrong moment: the caller may send the same thing again later. */
const postpone = (kind: ErrorKind, sentence: string): ErrorEntry => ({
  kind,
  retryable: true,
  logLevel: 'info',
  sentence,
});

/** Something that may be an attack or a broken client: operators want to see how often it comes. */
const suspect = (kind: ErrorKind, sentence: string): ErrorEntry => ({
  kind,
  retryable: false,
  logLevel: 'warn',
  sentence,
});

const REQUEST_ERRORS = {
  'request.invalid': refuse('invalid', 'The request is not valid. See the fields for what to change.'),
  'request.too_large': refuse('too_large', 'The request body is larger than allowed.'),
  'request.unsupported_media_type': refuse(
    'unsupported',
    'Send the request body in a content type this route understands.',
  ),
  'resource.not_found': refuse('not_found', 'There is nothing here, or it belongs to another account.'),
  'rate.limited': postpone('too_many', 'Too many requests. Wait for the time given in Retry-After.'),
  'idempotency.key_missing': refuse('invalid', 'This request needs an Idempotency-Key header.'),
  'idempotency.key_invalid': refuse(
    'invalid',
    'The Idempotency-Key header must be 1 to 255 printable ASCII characters, sent once.',
  ),
  'idempotency.conflict': refuse(
    'conflict',
    'This Idempotency-Key was already used with a different request.',
  ),
  'idempotency.in_progress': postpone('conflict', 'The first request with this Idempotency-Key still runs.'),
  'service.unavailable': {
    kind: 'unavailable',
    retryable: true,
    logLevel: 'warn',
    sentence: 'The service cannot answer right now. Please try again shortly.',
  },
  'internal.error': {
    kind: 'internal',
    retryable: true,
    logLevel: 'error',
    sentence: 'Something went wrong on our side. It has been recorded.',
  },
} as const satisfies Record<string, ErrorEntry>;

const AUTH_ERRORS = {
  'auth.required': refuse('unauthenticated', 'Sign in, or send a valid API key.'),
  'auth.invalid_credentials': suspect('unauthenticated', 'The email address or the password is not right.'),
  'auth.forbidden': suspect('forbidden', 'Your role does not allow this.'),
  'auth.scope_missing': refuse('forbidden', 'This API key lacks the scope for this request.'),
  'auth.key_revoked': suspect('unauthenticated', 'This API key has been revoked.'),
  'auth.key_expired': refuse('unauthenticated', 'This API key has expired.'),
  'auth.email_taken': refuse('conflict', 'This email address already belongs to a member.'),
  'auth.phone_taken': refuse('conflict', 'This phone number already belongs to another account.'),
  'auth.phone_unverified': refuse('forbidden', 'Prove your phone number first.'),
  'auth.origin_refused': suspect('forbidden', 'This request came from a page that may not make it.'),
} as const satisfies Record<string, ErrorEntry>;

const CREDIT_ERRORS = {
  'credits.insufficient': refuse('insufficient_funds', 'The balance does not cover this.'),
  'credits.hold_closed': refuse('conflict', 'These held points have already been settled.'),
  'credits.key_reused': refuse('conflict', 'This credit key was already used for another amount or wallet.'),
  'credits.amount_invalid': refuse(
    'invalid',
    'An amount of points is a plain decimal number such as "12.5", with at most 3 decimals.',
  ),
} as const satisfies Record<string, ErrorEntry>;

const CONTACT_ERRORS = {
  'contacts.list_not_found': refuse('not_found', 'This contact list does not exist.'),
  'imports.file_missing': refuse('invalid', 'Attach a file in the form field "file".'),
  'imports.file_empty': refuse('invalid', 'The file has no rows.'),
  'imports.file_too_large': refuse('too_large', 'The file is larger than allowed.'),
  'imports.format_unsupported': refuse('unsupported', 'Upload a CSV, TXT or XLSX file.'),
  'imports.encoding_unknown': refuse(
    'invalid',
    'The characters of this file cannot be read. Save it as UTF-8 and upload it again.',
  ),
  'imports.no_phone_column': refuse(
    'invalid',
    'No column looks like phone numbers. Say in the mapping which one it is.',
  ),
  'imports.mapping_invalid': refuse('invalid', 'The mapping names a column that the file does not have.'),
  'imports.line_too_long': refuse('too_large', 'A line of the file is longer than allowed.'),
  'imports.too_many_columns': refuse('too_large', 'The file has more columns than allowed.'),
  'imports.too_many_rows': refuse('too_large', 'The file has more rows than allowed.'),
  'imports.archive_refused': suspect('invalid', 'The spreadsheet is damaged or unpacks to an unsafe size.'),
  'imports.not_running': refuse('conflict', 'This import has already finished.'),
} as const satisfies Record<string, ErrorEntry>;

const CAMPAIGN_ERRORS = {
  'campaigns.not_found': refuse('not_found', 'This campaign does not exist.'),
  'campaigns.state_conflict': refuse('conflict', 'The campaign is not in a state that allows this.'),
  'campaigns.no_recipients': refuse('invalid', 'No recipient is left to send to.'),
  'campaigns.body_invalid': refuse('invalid', 'The text of the campaign cannot be sent.'),
  'campaigns.template_invalid': refuse('invalid', 'The template cannot be read.'),
  'campaigns.variables_missing': refuse(
    'invalid',
    'Some recipients lack a value for a variable of the template.',
  ),
  'campaigns.schedule_invalid': refuse('invalid', 'The campaign cannot be scheduled for this moment.'),
  'campaigns.sender_invalid': refuse('invalid', 'This sender is not approved for your account.'),
  'campaigns.channel_unavailable': refuse('invalid', 'This channel is not available for these recipients.'),
} as const satisfies Record<string, ErrorEntry>;

const MESSAGE_ERRORS = {
  'messages.destination_invalid': refuse('invalid', 'This number cannot receive a text message.'),
  'messages.destination_unpriced': refuse('invalid', 'We do not send to this destination yet.'),
  'messages.text_empty': refuse('invalid', 'The text is empty.'),
  'messages.text_invalid': refuse('invalid', 'The text contains a character that cannot be sent.'),
  'messages.text_too_long': refuse('invalid', 'The text needs more parts than one message may have.'),
} as const satisfies Record<string, ErrorEntry>;

const VERIFICATION_ERRORS = {
  'verifications.invalid_code': refuse('invalid', 'The code is not right, or no longer valid.'),
  'verifications.too_soon': postpone('too_many', 'A code was just sent. Wait before asking for another.'),
  'verifications.too_many': postpone('too_many', 'Too many codes were requested. Try again later.'),
} as const satisfies Record<string, ErrorEntry>;

/** Every error the product can answer with: stable code -> what the edges need to know about it. */
export const ERROR_CATALOGUE = {
  ...REQUEST_ERRORS,
  ...AUTH_ERRORS,
  ...CREDIT_ERRORS,
  ...CONTACT_ERRORS,
  ...CAMPAIGN_ERRORS,
  ...MESSAGE_ERRORS,
  ...VERIFICATION_ERRORS,
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

export const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(ERROR_CATALOGUE, text);
