export { compileChoiceRule } from "./choice.js";
export { compileIntrinsic } from "./intrinsics/index.js";
export {
  compileJsonata,
  compileJsonataTemplate,
  isJsonata,
  type JsonataBindings,
  type JsonataExpression,
  type JsonataTemplate,
} from "./jsonata.js";
export { type CompiledPath, compilePath } from "./path.js";
export { compileReferencePath, type ReferencePath } from "./reference-path.js";
export { type CompiledTemplate, compileTemplate, compileValue } from "./template.js";
