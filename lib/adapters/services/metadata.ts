import { utf8Length } from "../../machine/index.js";

/**
 * What optimised integrations add to the answer of a service: the HTTP headers in both forms of the SDK for Java, and the
 * request id.
 */
export function sdkMetadata(requestId: string, body: string, at: number): { [name: string]: object } {
  const headers = {
    connection: "keep-alive",
    "Content-Length": String(utf8Length(body)),
    "Content-Type": "application/x-amz-json-1.0",
    Date: new Date(at).toUTCString(),
    "x-amzn-RequestId": requestId,
  };
  const all = Object.entries(headers).map(([name, value]) => [name, [value]]);
  return {
    SdkHttpMetadata: { AllHttpHeaders: Object.fromEntries(all), HttpHeaders: headers, HttpStatusCode: 200 },
    SdkResponseMetadata: { RequestId: requestId },
  };
}
