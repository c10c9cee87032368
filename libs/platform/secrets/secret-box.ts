import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/**
 * Encrypts small secrets at rest (AES-256-GCM) and keys MACs, all derived from SECRET_KEY. Each purpose has a key of its
 * own, so that a value of one table can never be passed off as one of another.
 */
export class SecretBox {
  readonly #keys = new Map<string, Buffer>();

  /** @param secretKey SECRET_KEY, at least 32 characters */
  constructor(private readonly secretKey: string) {}

  /**
   * @param purpose e.g. `message-text`
   * @param context identifies the row; decrypting under another one fails
   */
  seal(purpose: string, context: string, plain: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key(purpose), nonce).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  }

  /** @throws Error when the value was changed, or sealed for another purpose or context */
  open(purpose: string, context: string, sealed: Buffer): string {
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.#key(purpose), nonce).setAAD(Buffer.from(context));
    decipher.setAuthTag(tag);
    return (
      decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
    );
  }

  /** HMAC-SHA256 of a text under the purpose's key. */
  mac(purpose: string, text: string): Buffer {
    return createHmac('sha256', this.#key(purpose)).update(text).digest();
  }

  #key(purpose: string): Buffer {
    const known = this.#keys.get(purpose);
    if (known) return known;
    const key = Buffer.from(hkdfSync('sha256', this.secretKey, 'carillon', purpose, KEY_BYTES));
    this.#keys.set(purpose, key);
    return key;
  }
}
