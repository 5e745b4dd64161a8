import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { AwsCrc32c } from "@aws-crypto/crc32c";
import { Crc64Nvme } from "@aws-sdk/crc64-nvme";

/** The algorithms S3 knows that can be computed here. */
export const ALGORITHMS = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256", "SHA512", "MD5"] as const;

export type Algorithm = (typeof ALGORITHMS)[number];

/** A checksum as S3 keeps it with an object. */
export interface ChecksumValue {
  readonly algorithm: Algorithm;
  /** Base64; of a composite one with `-` and the number of parts behind it. */
  readonly value: string;
  readonly type: "FULL_OBJECT" | "COMPOSITE";
}

export interface Digest {
  update(bytes: Uint8Array): void;
  digest(): Promise<Buffer>;
}

export function isAlgorithm(name: string): name is Algorithm {
  return (ALGORITHMS as readonly string[]).includes(name);
}

/** Header, trailer and XML names are made of the algorithm's. */
export function headerOf(algorithm: Algorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

export function createDigest(algorithm: Algorithm): Digest {
  if (algorithm === "CRC32") return crc32Digest();
  if (algorithm === "CRC32C") return awsDigest(new AwsCrc32c());
  if (algorithm === "CRC64NVME") return awsDigest(new Crc64Nvme());
  const hash = createHash(algorithm.toLowerCase());
  return { update: (bytes) => void hash.update(bytes), digest: async () => hash.digest() };
}

/** Bytes in a checksum. */
export function lengthOf(algorithm: Algorithm): number {
  return { CRC32: 4, CRC32C: 4, CRC64NVME: 8, SHA1: 20, SHA256: 32, SHA512: 64, MD5: 16 }[algorithm];
}

function crc32Digest(): Digest {
  let value = 0;
  return {
    update: (bytes) => {
      value = crc32(bytes, value);
    },
    async digest() {
      const result = Buffer.alloc(4);
      result.writeUInt32BE(value);
      return result;
    },
  };
}

function awsDigest(crc: { update(bytes: Uint8Array): void; digest(): Promise<Uint8Array> }): Digest {
  return { update: (bytes) => crc.update(bytes), digest: async () => Buffer.from(await crc.digest()) };
}
