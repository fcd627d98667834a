import { anotherAccount } from "./another-account.js";
import { cutShort } from "./cut-short.js";
import { duplicateKeys } from "./duplicate-keys.js";
import { echo } from "./echo.js";
import { endless } from "./endless.js";
import { expiredCode } from "./expired-code.js";
import { extraFields } from "./extra-fields.js";
import type { Fault } from "./fault.js";
import { gzipBomb } from "./gzip-bomb.js";
import { htmlErrorPage } from "./html-error-page.js";
import { hugeAnswer } from "./huge-answer.js";
import { internalError } from "./internal-error.js";
import { missingField } from "./missing-field.js";
import { notJson } from "./not-json.js";
import { okWithoutToken } from "./ok-without-token.js";
import { redirect301 } from "./redirect-301.js";
import { redirect302 } from "./redirect-302.js";
import { redirect303 } from "./redirect-303.js";
import { redirect307 } from "./redirect-307.js";
import { redirect308 } from "./redirect-308.js";
import { resetAfterBody } from "./reset-after-body.js";
import { resetBeforeAnswer } from "./reset-before-answer.js";
import { resetMidBody } from "./reset-mid-body.js";
import { slow } from "./slow.js";
import { spentCode } from "./spent-code.js";
import { tooManyRequests } from "./too-many-requests.js";
import { wrongLength } from "./wrong-length.js";
import { wrongTypes } from "./wrong-types.js";

/** The catalogue: what goes wrong on the way, in the answer, and about who it is. */
export const faults: readonly Fault[] = [
  resetBeforeAnswer,
  resetMidBody,
  resetAfterBody,
  slow,
  endless,
  cutShort,
  wrongLength,
  gzipBomb,
  redirect301,
  redirect302,
  redirect303,
  redirect307,
  redirect308,
  notJson,
  wrongTypes,
  missingField,
  extraFields,
  okWithoutToken,
  duplicateKeys,
  htmlErrorPage,
  tooManyRequests,
  internalError,
  hugeAnswer,
  echo,
  anotherAccount,
  spentCode,
  expiredCode,
];

const byName = new Map(faults.map((fault) => [fault.name, fault]));
export const findFault = (name: string): Fault | undefined => byName.get(name);
