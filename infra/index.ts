export type * from "../lib/definition/fan-out/options.js";
export { FanOut, type FanOutProps } from "./fan-out.js";
export { FanOutFragment } from "./fan-out-fragment.js";
export type { FanOutFragmentProps, S3Bucket } from "./props.js";
