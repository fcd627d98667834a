import { printed } from "./requests.mjs";

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
/** A text for bash in double quotes; `{name}` becomes the variable. */
const filled = (text) => `"${text.replace(/[\\"`$]/g, "\\$&").replace(/\{(\w+)\}/g, `\${$1}`)}"`;
const object = (fields) =>
  filled(
    `{${Object.entries(fields)
      .map(([name, value]) => `"${name}": "${value}"`)
      .join(", ")}}`,
  );

function call({ call: name, method, path, headers, body, keep = {} }) {
  const lines = [`${name}=$(curl -sS -X ${method} "\${host[@]}" "$base"${filled(path)} \\`];
  for (const [header, value] of Object.entries(headers))
    lines.push(`  -H ${filled(`${header}: ${value}`)} \\`);
  if (body) lines.push(`  -d ${object(body)} \\`);
  lines[lines.length - 1] = `${lines.at(-1).slice(0, -2)})`;
  lines.push(`echo "${name} $${name}"`);
  for (const [variable, field] of Object.entries(keep))
    lines.push(`${variable}=$(field ${field} "$${name}")`);
  return lines;
}

function login({ login: params, keep }, broker) {
  const lines = [
    `redirect=$(field redirect "$(curl -sS -X POST "$sandbox/_sandbox/${broker}/login" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d ${object({ ...params, username: "{username}" })})")`,
  ];
  for (const [variable, name] of Object.entries(keep))
    lines.push(`${variable}=$(parameter ${name} "$redirect")`);
  const shown = Object.keys(keep).map((name) => `\\"${name}\\": \\"$${name}\\"`);
  return [...lines, `echo "login {${shown.join(", ")}}"`];
}

function opened({ opened: name, from, with: key }) {
  return [
    `${name}=$(printf '%s' "$${from}" | openssl enc -d -aes-256-cbc -base64 -A \\`,
    `  -K "$(printf '%s' "$${key}" | od -An -v -tx1 | tr -d ' \\n')" -iv 00000000000000000000000000000000)`,
    `echo "${name} \\"$${name}\\""`,
  ];
}

function lines(step, broker) {
  if (step.call) return call(step);
  if (step.login) return login(step, broker);
  if (step.opened) return opened(step);
  const [first, second] = step.of;
  if (step.joined) return [`${step.joined}="$${first}\${${second}: -${step.lastOfSecond}}"`];
  const parts = step.of.map((name) => `$${name}`).join("");
  return [`${step.sha256}=$(printf '%s' "${parts}" | openssl dgst -sha256 -r | cut -d ' ' -f 1)`];
}

/** The steps as a bash script with curl. */
export function curl(broker, { title, steps }, { sandbox, known }) {
  return [
    "#!/usr/bin/env bash",
    `# ${title}. Prints one line per answer: ${steps.map(printed).filter(Boolean).join(", ")}.`,
    "set -euo pipefail",
    "",
    `sandbox=\${SANDBOX:-${sandbox}}`,
    `base=\${BASE:-$sandbox/${broker}}`,
    `# With HOST set to the broker's own host name, BASE is the sandbox without the broker's name.`,
    `host=(); [ -z "\${HOST:-}" ] || host=(-H "Host: $HOST")`,
    ...Object.entries(known).map(([name, value]) => `${name}=${quoted(value)}`),
    "",
    "# A text field of a flat JSON object.",
    `field() { printf '%s' "$2" | sed -n 's/.*"'"$1"'" *: *"\\([^"]*\\)".*/\\1/p'; }`,
    "# A parameter of a URL, decoded.",
    "parameter() {",
    `  local value; value=$(printf '%s' "$2" | tr '?&#' '\\n\\n\\n' | sed -n "s/^$1=//p" | head -n 1)`,
    `  value=\${value//+/ }; printf '%b' "\${value//%/\\\\x}"`,
    "}",
    ...steps.flatMap((step) => ["", ...lines(step, broker)]),
    "",
  ].join("\n");
}
