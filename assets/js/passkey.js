// Passkeys: hands the form's data-* to the browser and its answer back into the form. Everything is
// checked by the server; without this file the page says that passwords work.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer ?? []))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function options({ challenge, rp, user, address, known, passkey }) {
  const common = { challenge: bytes(challenge), timeout: 240_000 };
  if (passkey === "get") return { publicKey: { ...common, rpId: rp, userVerification: "required" } };
  return {
    publicKey: {
      ...common,
      rp: { id: rp, name: "Sekisho" },
      user: { id: bytes(user), name: address, displayName: address },
      pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: "public-key", alg })),
      excludeCredentials: known.split(" ").filter(Boolean).map((id) => ({ type: "public-key", id: bytes(id) })),
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      attestation: "none",
    },
  };
}

async function run(form) {
  const failed = form.querySelector("[data-failed]");
  failed.hidden = true;
  try {
    const get = form.dataset.passkey === "get";
    const made = await navigator.credentials[get ? "get" : "create"](options(form.dataset)), answer = made.response;
    const fields = { client_data: answer.clientDataJSON, auth_data: get ? answer.authenticatorData : answer.getAuthenticatorData() };
    if (get) Object.assign(fields, { credential: made.rawId, signature: answer.signature, user: answer.userHandle });
    for (const [name, value] of Object.entries(fields)) form.elements[name].value = text(value);
    form.submit();
  } catch {
    failed.hidden = false;
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.querySelector("[data-no-passkey]").hidden = true;
  form.querySelector("button[hidden]").hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(form);
  });
  if ("auto" in form.dataset) run(form);
}
