export { compileChoiceRule } from "./choice.js";
export { compileIntrinsic } from "./intrinsics/index.js";
export { compileJsonataTemplate, type JsonataTemplate } from "./jsonata/template.js";
export { compileJsonata, isJsonata, type JsonataBindings } from "./jsonata.js";
export { type CompiledPath, compilePath } from "./path.js";
export { compileReferencePath, type ReferencePath } from "./reference-path.js";
export { type CompiledTemplate, compileTemplate, compileValue } from "./template.js";
