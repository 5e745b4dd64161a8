import { createHash } from "node:crypto";
import { type Algorithm, createDigest, type Digest } from "./checksum.js";

export interface Computed {
  readonly md5: Buffer;
  /** Hexadecimal, when it was asked for. */
  readonly sha256: string | undefined;
  /** Base64, when it was asked for. */
  readonly checksum: { readonly algorithm: Algorithm; readonly value: string } | undefined;
}

/** Everything that is computed of one body while it passes. */
export class Digests {
  readonly #md5 = createHash("md5");
  readonly #sha256;
  readonly #checksum: { readonly algorithm: Algorithm; readonly digest: Digest } | undefined;

  constructor(algorithm: Algorithm | undefined, sha256 = false) {
    this.#sha256 = sha256 ? createHash("sha256") : undefined;
    this.#checksum = algorithm && { algorithm, digest: createDigest(algorithm) };
  }

  update(chunk: Uint8Array): void {
    this.#md5.update(chunk);
    this.#sha256?.update(chunk);
    this.#checksum?.digest.update(chunk);
  }

  async end(): Promise<Computed> {
    const value = await this.#checksum?.digest.digest();
    return {
      md5: this.#md5.digest(),
      sha256: this.#sha256?.digest("hex"),
      checksum: this.#checksum && value && { algorithm: this.#checksum.algorithm, value: value.toString("base64") },
    };
  }
}
