import { setTimeout as delay } from 'node:timers/promises';

const TIMEOUT_MS = 60_000;
/** How often a call that came too fast is repeated, and how long one such wait may be. */
const MAX_RATE_LIMIT_WAITS = 5;
const MAX_RATE_LIMIT_SECONDS = 30;

export interface HttpCall {
  json?: unknown;
  form?: FormData;
  idempotencyKey?: string;
}

export interface HttpAnswer<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

/** An answer that the story cannot go on with. Names the call and what the problem document says. */
export class UnexpectedAnswerError extends Error {
  constructor(
    call: string,
    readonly status: number,
    text: string,
  ) {
    super(`${call} was answered ${status}: ${text.slice(0, 2_000)}`);
    this.name = 'UnexpectedAnswerError';
  }
}

/** One person at the HTTP face of Carillon: remembers the session cookie, refuses every answer that is no success. */
export class HttpClient {
  #cookie: string | undefined;

  constructor(readonly baseUrl: string) {}

  /** @throws UnexpectedAnswerError */
  async get<Body>(path: string): Promise<Body> {
    return (await this.send<Body>('GET', path)).body;
  }

  /** @throws UnexpectedAnswerError */
  async post<Body>(path: string, call: HttpCall = {}): Promise<Body> {
    return (await this.send<Body>('POST', path, call)).body;
  }

  /**
   * Sends a request and reads a JSON answer, whose type the caller vouches for.
   * @throws UnexpectedAnswerError for any status but 2xx
   */
  async send<Body>(method: string, path: string, call: HttpCall = {}): Promise<HttpAnswer<Body>> {
    const response = await this.#request(method, path, call);
    const text = await response.text();
    const body = (text === '' ? undefined : JSON.parse(text)) as Body;
    return { status: response.status, headers: response.headers, body };
  }

  /** The body of a GET as a stream. @throws UnexpectedAnswerError */
  async download(path: string): Promise<ReadableStream<Uint8Array>> {
    const { body } = await this.#request('GET', path, {});
    if (!body) throw new Error(`GET ${path} was answered without a body.`);
    return body as ReadableStream<Uint8Array>;
  }

  async #request(method: string, path: string, call: HttpCall): Promise<Response> {
    for (let waits = 0; ; waits++) {
      const response = await fetch(this.baseUrl + path, {
        method,
        headers: this.#headers(call),
        body: call.form ?? (call.json === undefined ? null : JSON.stringify(call.json)),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      }).catch((error: unknown) => {
        throw new Error(`${method} ${path} got no answer: ${explainFailure(error)}`, { cause: error });
      });
      this.#keepCookie(response);
      if (response.ok) return response;
      const waitSeconds = Number(response.headers.get('retry-after') ?? Infinity);
      const mayWait = response.status === 429 && waitSeconds <= MAX_RATE_LIMIT_SECONDS;
      if (!mayWait || waits >= MAX_RATE_LIMIT_WAITS)
        throw new UnexpectedAnswerError(`${method} ${path}`, response.status, await response.text());
      await response.body?.cancel();
      await delay(waitSeconds * 1000);
    }
  }

  #headers({ json, idempotencyKey }: HttpCall): Record<string, string> {
    return {
      ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
      ...(this.#cookie === undefined ? {} : { Cookie: this.#cookie }),
    };
  }

  #keepCookie(response: Response): void {
    const [cookie] = response.headers.getSetCookie();
    if (cookie !== undefined) this.#cookie = cookie.split(';')[0];
  }
}

/** What fetch says is "fetch failed"; its cause tells more. */
function explainFailure(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code, message } = cause as { code?: string; message?: string };
  return code ?? message ?? String(error);
}
