import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { chromiumRenderer } from "../../src/kernel/host/renderer.js";
import { oneOf, repeat, within, type Part } from "./part.js";

/** Texts that would load something or run a script, given an address. */
const texts: readonly ((address: string) => string)[] = [
  (address) => `<img src="${address}">`,
  (address) => `<script>fetch("${address}")</script>`,
  (address) => `<a href="javascript:fetch('${address}')" onclick="fetch('${address}')">a</a>`,
  (address) => `<svg onload="fetch('${address}')"><image href="${address}"/></svg>`,
  (address) => `"><iframe src="${address}"></iframe>`,
  (address) => `$\\href{${address}}{x} \\require{${address}}$`,
  (address) => `<b style="background:url(${address})">b</b>`,
  (address) => `</text><foreignObject><img src=x onerror="fetch('${address}')"></foreignObject>`,
];

/** Places in a figure that take a text or an address. */
const places: readonly ((text: string, address: string) => object)[] = [
  (text) => ({
    data: [{ type: "scatter", y: [1, 2], name: text, text, hovertemplate: text }],
    layout: { title: { text } },
  }),
  (text) => ({ data: [{ type: "scatter", x: [text, "b"], y: [1, 2] }], layout: { xaxis: { title: { text } } } }),
  (text) => ({ data: [], layout: { annotations: [{ text, x: 0, y: 0 }] } }),
  (_, address) => ({ data: [], layout: { images: [{ source: address, sizex: 1, sizey: 1, x: 0, y: 1 }] } }),
  (_, address) => ({ data: [{ type: "image", source: address }], layout: {} }),
  (text, address) => ({
    data: [{ type: "table", header: { values: [text] }, cells: { values: [[text]] } }],
    layout: { font: { family: `x, url(${address})` } },
  }),
  (text, address) => ({
    data: [{ type: "scatter", y: [1] }],
    layout: { title: { text } },
    config: { plotlyServerURL: address, topojsonURL: address },
  }),
  (_, address) => ({
    data: [{ type: "scattergeo", lon: [1], lat: [1] }],
    layout: {},
    config: { topojsonURL: `${address}/` },
  }),
];

/** Draws figures that would load something or run a script: no request leaves. */
export const maliciousFigures: Part = async (soak) => {
  let requests = 0;
  const server = createServer((_, response) => response.end(String(requests++))).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
  const renderer = chromiumRenderer();
  try {
    let drawn = 0;
    const figures = await repeat(soak, 8, async () => {
      const figure = oneOf(soak.source, places)(oneOf(soak.source, texts)(address), address);
      await within(
        35,
        "a malicious figure",
        renderer.png(figure as never).then(
          () => drawn++,
          () => undefined,
        ),
      );
      assert.equal(requests, 0, `a request left for ${JSON.stringify(figure)}`);
    });
    return `${figures} malicious figures, ${drawn} of them drawn, no request`;
  } finally {
    await renderer.close();
    server.close();
  }
};
