/** The shape of a member of a request, with the constraints that are checked before anything else. */
export type Shape =
  | {
      readonly kind: "string";
      readonly min?: number;
      readonly max?: number;
      readonly pattern?: { readonly text: string; readonly test: RegExp };
      /** In the order in which an error lists them. */
      readonly oneOf?: readonly string[];
      /** Its value is kept out of errors. */
      readonly sensitive?: true;
    }
  | { readonly kind: "integer" | "number"; readonly min?: number; readonly max?: number }
  | { readonly kind: "boolean" }
  | { readonly kind: "list"; readonly min?: number; readonly max?: number; readonly member: Shape }
  | StructureShape;

export interface StructureShape {
  readonly kind: "structure";
  /** As errors print it. */
  readonly name: string;
  readonly members: Readonly<Record<string, Member>>;
}

export interface Member {
  readonly shape: Shape;
  readonly required?: true;
}
