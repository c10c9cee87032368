import { TemplateError } from './template-error.js';
import {
  MAX_VALUE_LENGTH,
  cleanTemplateValue,
  cutTemplateValue,
  normalizeVariableName,
} from './template-values.js';

/** Places for a value in one template; more is a mistake, and each costs time for every recipient. */
export const MAX_TEMPLATE_VARIABLES = 50;
export const MAX_VARIABLE_NAME_LENGTH = 64;

export interface TemplateVariable {
  /** As the customer wrote it, trimmed. */
  readonly name: string;
  /** What it is matched by; see normalizeVariableName. */
  readonly key: string;
  readonly defaultText?: string;
}

/** Values by column name. Any spelling of a name is found; normalised names are found fastest. */
export type TemplateValues = Readonly<Record<string, string | null | undefined>>;

export interface RenderedTemplate {
  readonly text: string;
  /** Names without a value and without a default, each once. Their place in the text is empty. */
  readonly missing: readonly string[];
  /** Names whose value was cut at MAX_VALUE_LENGTH. */
  readonly truncated: readonly string[];
}

export interface CompiledTemplate {
  /** Every place in order of appearance; a name used twice is listed twice. */
  readonly variables: readonly TemplateVariable[];
  render(values: TemplateValues): RenderedTemplate;
}

/** Most renders miss nothing: they all share one empty list instead of making two each. */
const NONE: readonly string[] = Object.freeze([]);
const CONTROL_CHARACTER = /\p{Cc}/u;

/**
 * Parses `{{name}}` and `{{name|default}}` once, to be rendered for every recipient. There is no expression
 * language, and values are put in as they are, never parsed again. Single braces are plain text.
 * @throws TemplateError with the problem and its position
 */
export function compileTemplate(source: string): CompiledTemplate {
  const literals: string[] = [];
  const variables: TemplateVariable[] = [];
  let end = 0;
  for (let open = source.indexOf('{{'); open >= 0; open = source.indexOf('{{', end)) {
    if (variables.length >= MAX_TEMPLATE_VARIABLES) throw new TemplateError('too_many_variables', open);
    literals.push(readLiteral(source, end, open));
    const close = source.indexOf('}}', open + 2);
    if (close < 0) throw new TemplateError('unclosed', open);
    variables.push(readVariable(source.slice(open + 2, close), open));
    end = close + 2;
  }
  const head = literals[0] ?? '';
  const tails = [...literals.slice(1), readLiteral(source, end, source.length)];
  if (variables.length === 0) return compileConstant(tails[0] ?? '');
  return { variables, render: (values) => renderTemplate(head, tails, variables, values) };
}

/** The variables of a template, each key once, in order of appearance. @throws TemplateError */
export function listVariables(source: string): TemplateVariable[] {
  const byKey = new Map<string, TemplateVariable>();
  for (const variable of compileTemplate(source).variables) {
    if (!byKey.has(variable.key)) byKey.set(variable.key, variable);
  }
  return [...byKey.values()];
}

function compileConstant(text: string): CompiledTemplate {
  const rendered: RenderedTemplate = Object.freeze({ text, missing: NONE, truncated: NONE });
  return { variables: [], render: () => rendered };
}

function readLiteral(source: string, start: number, end: number): string {
  const literal = source.slice(start, end);
  const stray = literal.indexOf('}}');
  if (stray >= 0) throw new TemplateError('unopened', start + stray);
  return literal;
}

function readVariable(inside: string, position: number): TemplateVariable {
  if (/[{}]/.test(inside)) throw new TemplateError('nested', position);
  const bar = inside.indexOf('|');
  const name = (bar < 0 ? inside : inside.slice(0, bar)).trim();
  if (name === '') throw new TemplateError('name_missing', position);
  if (CONTROL_CHARACTER.test(name)) throw new TemplateError('name_invalid', position);
  if (name.length > MAX_VARIABLE_NAME_LENGTH) throw new TemplateError('name_too_long', position);
  const key = normalizeVariableName(name);
  if (bar < 0) return { name, key };
  const defaultText = cleanTemplateValue(inside.slice(bar + 1));
  if (defaultText.length > MAX_VALUE_LENGTH) throw new TemplateError('default_too_long', position);
  return { name, key, defaultText };
}

function renderTemplate(
  head: string,
  tails: readonly string[],
  variables: readonly TemplateVariable[],
  values: TemplateValues,
): RenderedTemplate {
  let text = head;
  let missing = NONE;
  let truncated = NONE;
  for (let at = 0; at < variables.length; at++) {
    const variable = variables[at] as TemplateVariable;
    let value = cleanTemplateValue(findValue(values, variable.key) ?? '');
    if (value === '') {
      value = variable.defaultText ?? '';
      if (variable.defaultText === undefined) missing = addName(missing, variable.name);
    } else if (value.length > MAX_VALUE_LENGTH) {
      value = cutTemplateValue(value);
      truncated = addName(truncated, variable.name);
    }
    text += value + (tails[at] ?? '');
  }
  return { text, missing, truncated };
}

/** Only strings count, so an inherited member such as `constructor` is never mistaken for a value. */
function findValue(values: TemplateValues, key: string): string | undefined {
  const direct: unknown = values[key];
  if (typeof direct === 'string') return direct;
  for (const name in values) {
    const value = values[name];
    if (typeof value === 'string' && normalizeVariableName(name) === key) return value;
  }
  return undefined;
}

const addName = (names: readonly string[], name: string): readonly string[] =>
  names.includes(name) ? names : [...names, name];
