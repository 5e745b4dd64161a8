/** What a member of a result is. */
export type ResultShape =
  | "string"
  | "number"
  | "boolean"
  | "any"
  | { readonly values: readonly string[] }
  /** Text of at least so many characters. */
  | { readonly shortest: number }
  | { readonly each: ResultShape }
  | { readonly members: Readonly<Record<string, ResultShape>>; readonly always?: readonly string[] };

const members = (shapes: Readonly<Record<string, ResultShape>>, always: readonly string[] = []): ResultShape => ({
  members: shapes,
  always,
});

const STORAGE_CLASS: ResultShape = {
  values: [
    "STANDARD",
    "REDUCED_REDUNDANCY",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER",
    "DEEP_ARCHIVE",
    "OUTPOSTS",
    "GLACIER_IR",
    "SNOW",
    "EXPRESS_ONEZONE",
  ],
};
const ENCRYPTION: ResultShape = { values: ["AES256", "aws:fsx", "aws:kms", "aws:kms:dsse"] };
const CAPACITY = members({
  TableName: "string",
  CapacityUnits: "number",
  ReadCapacityUnits: "number",
  WriteCapacityUnits: "number",
});
const ITEM_CHANGE = members({ Attributes: "any", ConsumedCapacity: CAPACITY, ItemCollectionMetrics: "any" });
const OBJECT_HEAD = {
  AcceptRanges: "string",
  CacheControl: "string",
  ContentDisposition: "string",
  ContentEncoding: "string",
  ContentLanguage: "string",
  ContentLength: "number",
  ContentType: "string",
  DeleteMarker: "boolean",
  ETag: "string",
  Expiration: "string",
  LastModified: "string",
  Metadata: "any",
  MissingMeta: "number",
  PartsCount: "number",
  ServerSideEncryption: ENCRYPTION,
  StorageClass: STORAGE_CLASS,
  VersionId: "string",
} as const satisfies Readonly<Record<string, ResultShape>>;
const STARTED = members({ ExecutionArn: "string", StartDate: "string" }, ["ExecutionArn", "StartDate"]);

/** What the integrations that are used most answer with, by the name in the Resource. */
export const RESULTS: Readonly<Record<string, ResultShape>> = {
  "lambda:invoke": members({
    ExecutedVersion: "string",
    FunctionError: "string",
    LogResult: "string",
    Payload: "any",
    StatusCode: "number",
  }),
  "states:startExecution": STARTED,
  "aws-sdk:sfn:startExecution": STARTED,
  "sqs:sendMessage": members({
    MD5OfMessageAttributes: "string",
    MD5OfMessageBody: "string",
    MD5OfMessageSystemAttributes: "string",
    MessageId: "string",
    SequenceNumber: "string",
  }),
  "sns:publish": members({ MessageId: "string", SequenceNumber: "string" }),
  "events:putEvents": members({
    Entries: { each: members({ ErrorCode: "string", ErrorMessage: "string", EventId: "string" }) },
    FailedEntryCount: "number",
  }),
  "dynamodb:getItem": members({ ConsumedCapacity: CAPACITY, Item: "any" }),
  "dynamodb:putItem": ITEM_CHANGE,
  "dynamodb:updateItem": ITEM_CHANGE,
  "dynamodb:deleteItem": ITEM_CHANGE,
  "aws-sdk:s3:getObject": members({ Body: "string", ...OBJECT_HEAD }),
  "aws-sdk:s3:headObject": members(OBJECT_HEAD),
  "aws-sdk:s3:putObject": members({
    ETag: "string",
    Expiration: "string",
    ServerSideEncryption: ENCRYPTION,
    Size: "number",
    VersionId: "string",
  }),
  "aws-sdk:s3:listObjectsV2": members({
    CommonPrefixes: { each: members({ Prefix: "string" }) },
    Contents: {
      each: members({
        ETag: "string",
        Key: { shortest: 1 },
        LastModified: "string",
        Size: "number",
        StorageClass: STORAGE_CLASS,
      }),
    },
    ContinuationToken: "string",
    Delimiter: "string",
    IsTruncated: "boolean",
    KeyCount: "number",
    MaxKeys: "number",
    Name: "string",
    NextContinuationToken: "string",
    Prefix: "string",
  }),
  "aws-sdk:kms:encrypt": members({ CiphertextBlob: { shortest: 1 }, EncryptionAlgorithm: "string", KeyId: "string" }),
  "aws-sdk:kms:decrypt": members({ EncryptionAlgorithm: "string", KeyId: "string", Plaintext: { shortest: 1 } }),
};
