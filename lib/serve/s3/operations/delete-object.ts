import { writeCheck } from "../conditions.js";
import type { BucketOperation, ObjectOperation } from "../context.js";
import { asS3Error, S3Error } from "../errors.js";
import { receiveText } from "../receive.js";
import { sendEmpty, sendXml } from "../reply.js";
import { checkKey } from "../request.js";
import { type Element, parseDocument, type Xml } from "../xml.js";
import { checkVersion } from "./get-object.js";

/** Objects that one DeleteObjects may name. */
const MOST = 1000;

/** DeleteObject. Deleting what is not there succeeds. */
export const deleteObject: ObjectOperation = async ({ objects }, request, response) => {
  checkVersion(request);
  await objects.remove(request.bucket, request.key, writeCheck(request));
  sendEmpty(response, 204);
};

/** DeleteObjects. */
export const deleteObjects: BucketOperation = async ({ buckets, objects }, request, response) => {
  await buckets.need(request.bucket);
  const document = parseDocument(await receiveText(request), "Delete");
  const wanted = document.all("Object");
  if (wanted.length === 0 || wanted.length > MOST) throw new S3Error("MalformedXML");
  const keys = wanted.map(keyOf);
  const deleted: Xml[] = [];
  const errors: Xml[] = [];
  for (const key of keys) {
    try {
      await objects.remove(request.bucket, checkKey(key));
      deleted.push({ Key: key });
    } catch (error) {
      const { code, message } = asS3Error(error, request.bucket, key);
      errors.push({ Key: key, Code: code, Message: message });
    }
  }
  const quiet = document.text("Quiet")?.trim() === "true";
  sendXml(response, "DeleteResult", { Deleted: quiet ? [] : deleted, Error: errors });
};

function keyOf(object: Element): string {
  const key = object.text("Key");
  if (key === undefined || key === "") throw new S3Error("MalformedXML");
  return key;
}
