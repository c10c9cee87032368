import { DomainError } from '../errors/domain-error.js';

/** What can be wrong with a template: problem -> sentence. */
export const TEMPLATE_PROBLEMS = {
  unclosed: 'A variable is opened with {{ but never closed with }}.',
  unopened: 'There is a }} without a {{ before it.',
  nested: 'A variable may not contain another { or }.',
  name_missing: 'A variable has no name between {{ and }}.',
  name_invalid: 'The name of a variable may not contain control characters.',
  name_too_long: 'The name of a variable is too long.',
  default_too_long: 'The default of a variable is too long.',
  too_many_variables: 'The template has too many variables.',
} as const;

export type TemplateProblem = keyof typeof TEMPLATE_PROBLEMS;

/** A template that cannot be read, with the place where it goes wrong. */
export class TemplateError extends DomainError {
  readonly problem: TemplateProblem;
  /** Position of the braces in question, in UTF-16 code units from 0. */
  readonly position: number;

  constructor(problem: TemplateProblem, position: number) {
    const sentence = `${TEMPLATE_PROBLEMS[problem]} See position ${position + 1}.`;
    super('campaigns.template_invalid', {
      sentence,
      fields: [{ field: 'body', code: `template.${problem}`, message: sentence }],
    });
    this.name = 'TemplateError';
    this.problem = problem;
    this.position = position;
  }
}
