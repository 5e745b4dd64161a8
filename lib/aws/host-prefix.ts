import type { SFNClient } from "@aws-sdk/client-sfn";

/** The hosts of AWS itself, such as `states.eu-west-1.amazonaws.com`. */
const AWS_HOST = /^states(-fips)?\.[a-z]+(-[a-z]+)+-\d+\./;

/**
 * Lets a client reach custom endpoints with StartSyncExecution and TestState. The SDK sends these two to
 * `sync-HOST`, even when HOST is a custom endpoint such as `127.0.0.1`, where no such host exists. What is sent to AWS
 * itself stays as it is. Gives the client back.
 */
export function withoutHostPrefix(client: SFNClient): SFNClient {
  client.middlewareStack.add(
    (next, context) => (args) => {
      const { request } = args as { request?: { hostname?: string } };
      const host = context.endpointV2?.url.hostname;
      if (request !== undefined && host !== undefined && !AWS_HOST.test(host)) request.hostname = host;
      return next(args);
    },
    // After the request is made and before its Host header and signature are.
    { step: "build", priority: "high", name: "fanoutHostPrefix", override: true },
  );
  return client;
}
