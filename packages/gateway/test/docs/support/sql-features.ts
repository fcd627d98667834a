import {
  DummyDriver,
  Kysely,
  type OnConflictBuilder,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from "kysely";
import ts from "typescript";

/** Every node of a source file. */
function nodesOf(source: string): readonly ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("one.ts", source, ts.ScriptTarget.Latest, true));
  return nodes;
}

const wordsIn = (text: string): readonly string[] =>
  text
    .replaceAll(/\/\*[\s\S]*?\*\//g, "")
    .toLowerCase()
    .match(/[a-z_][a-z0-9_]*|<</g) ?? [];
const begun = /^\s*(?:select|insert|update|delete|with|where|order by|listen|lock|alter|-c)\s/;

const isTemplatePart = (node: ts.Node): node is ts.TemplateLiteralLikeNode =>
  ts.isNoSubstitutionTemplateLiteral(node) ||
  ts.isTemplateHead(node) ||
  ts.isTemplateMiddle(node) ||
  ts.isTemplateTail(node);

/** The template around a part of it. */
const templateOf = (part: ts.Node): ts.Node =>
  ts.isTemplateSpan(part.parent) ? part.parent.parent : ts.isTemplateHead(part) ? part.parent : part;

function isSql(part: ts.Node): boolean {
  const template = templateOf(part);
  const { parent } = template;
  if (ts.isTaggedTemplateExpression(parent)) return parent.tag.getText() === "sql";
  return begun.test(template.getText().slice(1));
}

/** The words of SQL that a source file holds: in templates of Kysely's `sql`, and in texts that begin as a statement does. */
export function sqlWords(source: string): readonly string[] {
  return nodesOf(source).flatMap((node) => {
    if (isTemplatePart(node)) return isSql(node) ? wordsIn(node.text) : [];
    return ts.isStringLiteral(node) && begun.test(node.text) ? wordsIn(node.text) : [];
  });
}

const isText = (node: ts.Node): boolean =>
  ts.isStringLiteral(node) || isTemplatePart(node) || ts.isRegularExpressionLiteral(node);

const comparesRows = /\)\s*(?:[<>=]=?|in)\s*\(|\brow\(.*\)\}\s*[<>]/;

/** Whether it compares rows as a whole, told as the page writes it. */
export const rowComparisons = (source: string): readonly string[] =>
  nodesOf(source).some(
    (node) => isTemplatePart(node) && isSql(node) && comparesRows.test(templateOf(node).getText()),
  )
    ? ["(a, b) > (x, y)"]
    : [];

/** The error codes of SQL that it tells apart, also where a part of them is left open (`08...`). */
export const errorCodes = (source: string): readonly string[] =>
  nodesOf(source).flatMap((node) =>
    isText(node) ? (node.getText().match(/\b\d[\dA-Z](?:\.{3}|P0(?:\.|\[\d+\])|[\dA-Z]{3}\b)/g) ?? []) : [],
  );

/** Texts, and names of properties, that are of this form. */
const namesOf = (source: string, form: RegExp): readonly string[] =>
  nodesOf(source)
    .map((node) =>
      ts.isStringLiteral(node) ? node.text : ts.isPropertyAssignment(node) ? node.name.getText() : "",
    )
    .filter((name) => form.test(name));

/** The settings of a connection or a statement that it names: texts and properties in snake_case. */
export const settings = (source: string): readonly string[] => namesOf(source, /^(?:[a-z]+_)+[a-z]+$|^jit$/);

/** The names of whatever the migrations make, and their other texts of one word. */
export const namesIn = (source: string): readonly string[] => namesOf(source, /^[a-z][a-z_]*$/);

function methodNames(): ReadonlySet<string> {
  type Any = Record<"any", Record<string, string>>;
  const db = new Kysely<Any>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (of) => new PostgresIntrospector(of),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  const { schema } = db;
  const conflicts: OnConflictBuilder<Any, "any">[] = [];
  const insert = db.insertInto("any");
  insert.values({}).onConflict((conflict) => {
    conflicts.push(conflict);
    return conflict.doNothing();
  });
  const updates = conflicts.map((conflict) => conflict.column("x").doUpdateSet({}));
  const tables = [
    schema.createTable("any"),
    schema.alterTable("any"),
    schema.createIndex("any"),
    schema.dropIndex("any"),
  ];
  const queries = [
    db.selectFrom("any"),
    insert,
    db.updateTable("any"),
    db.deleteFrom("any"),
    ...conflicts,
    ...updates,
  ];
  const names = new Set<string>();
  for (const builder of [db, db.transaction(), schema, ...tables, ...queries])
    for (let of: unknown = builder; of && of !== Object.prototype; of = Object.getPrototypeOf(of))
      for (const name of Object.getOwnPropertyNames(of)) names.add(name);
  return names;
}

const methods = methodNames();

/** The methods of Kysely's builders that it calls, and the classes that it makes. */
export const builderCalls = (source: string): readonly string[] =>
  nodesOf(source).flatMap((node) => {
    if (ts.isNewExpression(node) && node.expression.getText() === "Migrator") return ["Migrator"];
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return [];
    const name = node.expression.name.text;
    return methods.has(name) ? [name] : [];
  });
