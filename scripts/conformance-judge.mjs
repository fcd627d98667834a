// Judges the claims by a test run. No input or output here.

/** A title that means to name a claim, known or not. */
const idPattern = /^([A-Z]-\d{1,3})(?!\w)/;

const folders = [
  ["packages/sandbox/test/", "S"],
  ["packages/sdk/test/", "C"],
  ["packages/cli/test/", "C"],
];

function sideOf(file) {
  const path = file.replaceAll("\\", "/");
  return folders.find(([folder]) => path.includes(folder))?.[1];
}

/** The tests whose own title starts with an ID: `{id, side, title, passed}`. */
export function claimedTests(report) {
  return (report.testResults ?? []).flatMap((file) =>
    (file.assertionResults ?? []).flatMap((test) => {
      const id = idPattern.exec(test.title)?.[1];
      return id ? [{ id, side: sideOf(file.name), title: test.title, passed: test.status === "passed" }] : [];
    }),
  );
}

/**
 * One verdict per claim, and the tests that name a claim which doesn't exist or lie where no side is.
 * A claim holds when each of its sides has a test and none of its tests failed or was left out.
 * @param claims `[{id, side}]` with side `S`, `C` or `SC`
 */
export function judge(claims, tests) {
  const known = new Set(claims.map((claim) => claim.id));
  const strays = tests.filter((test) => !known.has(test.id) || !test.side);
  const rows = claims.map(({ id, side }) => {
    const own = tests.filter((test) => test.id === id && test.side);
    const counts = Object.fromEntries(
      [...side].map((one) => [one, own.filter((test) => test.side === one).length]),
    );
    const missing = [...side].filter((one) => counts[one] === 0);
    const broken = own.filter((test) => !test.passed);
    let result = "holds";
    if (missing.length > 0) result = `no test on side ${missing.join(" and ")}`;
    if (broken.length > 0) result = `${broken.length} failed`;
    return { id, side, counts, result, holds: result === "holds", broken: broken.map((test) => test.title) };
  });
  return { rows, strays, held: rows.filter((row) => row.holds).length };
}
