import { hash, verify } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';
import { DomainError } from '#domain';

/** OWASP's minimum for argon2id, which is also the package's default algorithm. */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Each hash takes a core for tens of milliseconds: more at once would let sign-ins starve every other request. */
const MAX_RUNNING_HASHES = 2;
/** Beyond this the wait would be longer than anybody's patience, so the caller is told to come back. */
const MAX_WAITING_HASHES = 100;

/** Hashes and checks passwords, at most two at a time in this process. */
@Injectable()
export class PasswordHasher {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  #unknownMember: Promise<string> | undefined;

  /** @returns argon2id in PHC notation */
  hash(password: string): Promise<string> {
    return this.#inTurn(() => hash(password, ARGON2));
  }

  /**
   * @param stored undefined for an unknown member: the answer is then false after the same work, so that the time taken
   * does not tell which addresses have an account
   */
  async matches(password: string, stored: string | undefined): Promise<boolean> {
    this.#unknownMember ??= this.hash('the password of nobody');
    const against = stored ?? (await this.#unknownMember);
    const isRight = await this.#inTurn(() => verify(against, password));
    return isRight && stored !== undefined;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= MAX_RUNNING_HASHES) {
      if (this.#waiting.length >= MAX_WAITING_HASHES) throw new DomainError('service.unavailable');
      // The one that finishes hands its place over, so #running does not change.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running++;
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}
