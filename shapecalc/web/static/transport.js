// How a request reaches the pages: here the server that the page came from. A host without a server has its own file.

export async function send(address, form) {
  const options = form === null ? {} : { method: "POST", body: form };
  const response = await fetch(address, { ...options, credentials: "same-origin" });
  return { address: response.url, status: response.status, type: response.headers.get("content-type"), body: await response.blob() };
}
