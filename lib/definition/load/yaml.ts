import type { CollectionTag, Document, ScalarTag, YAMLMap, YAMLSeq } from "yaml";
import { yamlLibrary } from "./yaml-library.js";

/** The short forms of CloudFormation, `!Sub` for `Fn::Sub`; `Ref` and `Condition` have no prefix in their long form. */
const SHORT_FORMS = [
  ...["And", "Base64", "Cidr", "Equals", "FindInMap", "GetAtt", "GetAZs", "If", "ImportValue", "Join", "Length"],
  ...["Not", "Or", "Select", "Split", "Sub", "ToJsonString", "Transform"],
].map((name) => ({ tag: `!${name}`, key: `Fn::${name}` }));
SHORT_FORMS.push({ tag: "!Ref", key: "Ref" }, { tag: "!Condition", key: "Condition" });

/**
 * Parses YAML, or JSON, as CloudFormation reads it: short tags become their long forms, of two equal keys the last
 * wins. Mistakes are in the document's `errors`. Throws RangeError when the text is nested too deeply.
 */
export function parseYaml(text: string): Document {
  const customTags = SHORT_FORMS.flatMap(tagsOf);
  return yamlLibrary().parseDocument(text, { uniqueKeys: false, merge: true, customTags, logLevel: "silent" });
}

/** One tag may stand before a scalar, a list or a mapping. */
function tagsOf({ tag, key }: { tag: string; key: string }): (CollectionTag | ScalarTag)[] {
  const collection = (node: YAMLMap.Parsed | YAMLSeq.Parsed) => longForm(key, node);
  return [
    { tag, resolve: (text: string) => ({ [key]: argument(key, text) }) },
    { tag, collection: "seq", resolve: collection },
    { tag, collection: "map", resolve: collection },
  ];
}

function longForm(key: string, node: YAMLMap | YAMLSeq): YAMLMap {
  const { Pair, Scalar, YAMLMap } = yamlLibrary();
  const map = new YAMLMap();
  map.items.push(new Pair(new Scalar(key), node));
  return map;
}

/** `!GetAtt Function.Arn` is one scalar; its long form is a list of the logical id and the attribute. */
function argument(key: string, text: string): string | string[] {
  const dot = text.indexOf(".");
  return key === "Fn::GetAtt" && dot !== -1 ? [text.slice(0, dot), text.slice(dot + 1)] : text;
}
