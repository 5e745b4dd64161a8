import { afterEach, expect, test, vi } from "vitest";
import { localEndpoint } from "../../lib/aws/local-endpoint.js";

afterEach(() => vi.unstubAllEnvs());

test("endpoint and region come from the environment that fanout serve prints", () => {
  vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566");
  vi.stubEnv("AWS_REGION", "eu-west-1");
  expect(localEndpoint()).toEqual({
    endpoint: "http://127.0.0.1:4566",
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    disableHostPrefix: true,
    forcePathStyle: true,
  });
});

test("what is given counts more", () => {
  vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566");
  vi.stubEnv("AWS_REGION", "eu-west-1");
  expect(localEndpoint("http://localhost:1", "us-west-2")).toMatchObject({
    endpoint: "http://localhost:1",
    region: "us-west-2",
  });
});

test("us-east-1 is the region when none is set", () => {
  for (const name of ["AWS_REGION", "AWS_DEFAULT_REGION"]) vi.stubEnv(name, "");
  expect(localEndpoint("http://localhost:1").region).toBe("us-east-1");
});

test("no URL at all is a mistake", () => {
  vi.stubEnv("AWS_ENDPOINT_URL", undefined);
  expect(() => localEndpoint()).toThrow(expect.objectContaining({ code: "FANOUT_OPTION_INVALID" }));
});
