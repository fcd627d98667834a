import { printed } from "./requests.mjs";

const literal = (text) => JSON.stringify(text);
/** A Python expression for a text with `{name}` in it. */
function filled(text) {
  const alone = /^\{(\w+)\}$/.exec(text);
  if (alone) return alone[1];
  return /\{\w+\}/.test(text) ? `f${literal(text)}` : literal(text);
}
const dict = (fields) =>
  `{${Object.entries(fields)
    .map(([name, value]) => `${literal(name)}: ${filled(value)}`)
    .join(", ")}}`;

function call({ call: name, method, path, headers, body, keep = {} }) {
  const sent = body ? `json.dumps(${dict(body)})` : `""`;
  const lines = [
    `${name} = ask("${method}", base + ${filled(path)}, ${dict(headers)}, ${sent})`,
    `print("${name}", json.dumps(${name}))`,
  ];
  for (const [variable, field] of Object.entries(keep)) lines.push(`${variable} = ${name}["${field}"]`);
  return lines;
}

function login({ login: params, keep }, broker) {
  const fields = dict({ ...params, username: "{username}" });
  const lines = [
    `answer = ask("POST", sandbox + "/_sandbox/${broker}/login",`,
    `             {"Content-Type": "application/json"}, json.dumps(${fields}))`,
    `callback = urllib.parse.parse_qs(urllib.parse.urlsplit(answer["redirect"]).query)`,
  ];
  for (const [variable, name] of Object.entries(keep)) lines.push(`${variable} = callback["${name}"][0]`);
  const shown = Object.keys(keep).map((name) => `"${name}": ${name}`);
  return [...lines, `print("login", json.dumps({${shown.join(", ")}}))`];
}

function opened({ opened: name, from, with: key }) {
  return [
    "# The standard library has no AES.",
    `command = ["openssl", "enc", "-d", "-aes-256-cbc", "-K", ${key}.encode().hex(), "-iv", "00" * 16]`,
    `opened = subprocess.run(command, input=base64.b64decode(${from}), stdout=subprocess.PIPE, check=True)`,
    `${name} = opened.stdout.decode("ascii")`,
    `print("${name}", json.dumps(${name}))`,
  ];
}

function lines(step, broker) {
  if (step.call) return call(step);
  if (step.login) return login(step, broker);
  if (step.opened) return opened(step);
  const [first, second] = step.of;
  if (step.joined) return [`${step.joined} = ${first} + ${second}[-${step.lastOfSecond}:]`];
  return [`${step.sha256} = hashlib.sha256((${step.of.join(" + ")}).encode()).hexdigest()`];
}

/** The steps as a Python script that needs the standard library only. */
export function python(broker, { title, steps }, { sandbox, known }) {
  const modules = ["hashlib", "json", "os", "urllib.parse", "urllib.request"];
  if (steps.some((step) => step.opened)) modules.push("base64", "subprocess");
  return [
    "#!/usr/bin/env python3",
    `# ${title}. Prints one line per answer: ${steps.map(printed).filter(Boolean).join(", ")}.`,
    ...modules.sort().map((name) => `import ${name}`),
    "",
    `sandbox = os.environ.get("SANDBOX", ${literal(sandbox)})`,
    `base = os.environ.get("BASE", sandbox + "/${broker}")`,
    ...Object.entries(known).map(([name, value]) => `${name} = ${literal(value)}`),
    "",
    "",
    "def ask(method, url, headers, body):",
    "    request = urllib.request.Request(url, body.encode(), headers, method=method)",
    "    with urllib.request.urlopen(request, timeout=10) as answer:",
    "        return json.load(answer)",
    "",
    ...steps.flatMap((step) => ["", ...lines(step, broker)]),
    "",
  ].join("\n");
}
