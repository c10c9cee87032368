import type { Readable } from 'node:stream';
import type { Multipart } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { DEFAULT_FILE_LIMITS } from '#contacts';
import { DomainError, isDomainError, type FileStorage, type StoredFile } from '#domain';
import { importFields } from './imports.dto.js';

const MAX_FILE_BYTES = DEFAULT_FILE_LIMITS.fileBytes;

export interface Upload extends z.output<typeof importFields> {
  fileName: string;
  storageKey: string;
}

/** What the form parser says about a form that ends too early or is none. */
const UNREADABLE_FORM = /multipart|boundary|part terminated|unexpected end|malformed/i;

/**
 * Streams the form field `file` into storage and reads the fields beside it, in whatever order they come. When anything
 * is wrong, also when the client goes away in the middle, no file is left behind.
 * @throws DomainError imports.file_missing | imports.file_empty | imports.file_too_large | request.invalid
 */
export async function receiveUpload(request: FastifyRequest, storage: FileStorage): Promise<Upload> {
  if (!request.isMultipart()) throw new DomainError('request.unsupported_media_type');
  const form: ReceivedForm = { fields: {} };
  try {
    // One byte more than allowed goes through, so that the storage sees that the file is too large.
    for await (const part of request.parts({ limits: { fileSize: MAX_FILE_BYTES + 1 } }))
      await receivePart(part, form, storage);
    return checkForm(form);
  } catch (error) {
    if (form.file) await storage.delete(form.file.key);
    throw explain(error);
  }
}

interface ReceivedForm {
  file?: StoredFile & { name: string };
  fields: Record<string, unknown>;
}

async function receivePart(part: Multipart, form: ReceivedForm, storage: FileStorage): Promise<void> {
  if (part.type === 'field') {
    form.fields[part.fieldname] = part.value;
    return;
  }
  if (part.fieldname !== 'file') throw refuseField(part.fieldname, 'A file belongs into the field "file".');
  form.file = { ...(await store(part.file, storage)), name: part.filename };
}

async function store(content: Readable, storage: FileStorage): Promise<StoredFile> {
  try {
    return await storage.put(content, MAX_FILE_BYTES);
  } catch (error) {
    if (!isDomainError(error) || error.code !== 'request.too_large') throw error;
    const megabytes = MAX_FILE_BYTES / (1024 * 1024);
    throw new DomainError('imports.file_too_large', {
      sentence: `The file is larger than ${megabytes} MB. Split it and upload the parts.`,
    });
  }
}

function checkForm({ file, fields }: ReceivedForm): Upload {
  if (!file) throw new DomainError('imports.file_missing');
  if (file.sizeBytes === 0) throw new DomainError('imports.file_empty');
  const checked = importFields.safeParse(fields);
  if (!checked.success)
    throw new DomainError('request.invalid', {
      fields: checked.error.issues.map(({ path, code, message }) => ({
        field: path.map(String).join('.'),
        code,
        message,
      })),
    });
  return { ...checked.data, fileName: file.name, storageKey: file.key };
}

function explain(error: unknown): unknown {
  if (isDomainError(error) || !(error instanceof Error) || 'statusCode' in error) return error;
  if (!UNREADABLE_FORM.test(error.message)) return error;
  return new DomainError('request.invalid', {
    sentence: 'The form cannot be read to its end.',
    cause: error,
  });
}

const refuseField = (field: string, message: string): DomainError =>
  new DomainError('request.invalid', { fields: [{ field: field.slice(0, 100), message }] });
