import { StandardSchemaValidationPipe } from '@nestjs/common';
import { DomainError, type FieldProblem } from '#domain';

/** More problems than this help nobody, and the answer must not grow with the attack. */
const MAX_FIELD_PROBLEMS = 50;

/** What zod says about one value; the standard's own type knows message and path alone. */
interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  readonly code?: string;
  /** Names of unknown fields. */
  readonly keys?: readonly string[];
}

/** Checks `@Body({ schema })`, `@Query({ schema })` and the like, and answers request.invalid with each field. */
export const createValidationPipe = (): StandardSchemaValidationPipe =>
  new StandardSchemaValidationPipe({
    exceptionFactory: (issues: readonly Issue[]) =>
      new DomainError('request.invalid', {
        fields: issues.flatMap(toFieldProblems).slice(0, MAX_FIELD_PROBLEMS),
      }),
  });

function toFieldProblems(issue: Issue): FieldProblem[] {
  const path = (issue.path ?? []).map((part) => (typeof part === 'object' ? part.key : part));
  if (issue.code === 'unrecognized_keys')
    return (issue.keys ?? []).map((key) => ({
      field: formatPath([...path, key.slice(0, 100)]),
      code: 'unknown_field',
      message: 'This field is not known here.',
    }));
  const code = issue.code ? { code: issue.code } : {};
  return [{ field: formatPath(path), ...code, message: issue.message }];
}

/** `['recipients', 3, 'to']` -> `recipients[3].to`; the whole body is ``. */
function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}
