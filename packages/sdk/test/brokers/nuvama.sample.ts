/** An app's keys; the password and the API key are those of the page's samples. */
export const keys = {
  vendor: "TEST 2",
  apiKey: "apiventest",
  pwd: "4cSfRu2fRZR99KCk",
  appIdKey: "app-id-key",
  redirectUri: "https://app.example/callback",
};
export const vendorToken = "a79d62877efca412313ee9cd898c94af";
