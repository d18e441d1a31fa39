// How a request reaches the pages: here the server that they came from. A host without a server has a file of its own
// with the same functions.

/**
 * @param {string} address the address of a page, with its query
 * @param {FormData | null} form what is sent to it; null for nothing
 * @returns {Promise<{status: number, type: string, body: Blob}>}
 */
export async function send(address, form) {
  const options = form === null ? {} : { method: "POST", body: form };
  const response = await fetch(address, { ...options, credentials: "same-origin" });
  return { status: response.status, type: response.headers.get("content-type") ?? "", body: await response.blob() };
}

/** The address that the window shows for the address of a page. */
export const shown = (address) => address;

/** The address of the page that an address of the window stands for; null where it is a place in the page. */
export const asked = (address) => address;
