/**
 * The variables that lead the SDK calls of a handler to an endpoint of this machine: its URL and test credentials, and
 * nothing of this process's own that would win over them.
 *
 * @param url Where the endpoint is, such as `http://127.0.0.1:4566`.
 */
export function endpointEnvironment(url: string): Record<string, string | undefined> {
  const own = Object.keys(process.env).filter((name) => name.startsWith("AWS_ENDPOINT_URL_"));
  return {
    ...Object.fromEntries(own.map((name) => [name, undefined])),
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: undefined,
    AWS_PROFILE: undefined,
    AWS_DEFAULT_PROFILE: undefined,
    AWS_SESSION_TOKEN: undefined,
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };
}
