"use strict";

// What the page carries: blocks of JSON, deflated, in Base64. A block is decoded when it is wanted.

const blockElements = new Map();

function findBlocks() {
  for (const element of document.querySelectorAll("script[data-block]")) {
    blockElements.set(element.dataset.block, element);
  }
}

async function block(name) {
  const element = blockElements.get(name);
  if (!element) return null;
  const binary = atob(element.textContent);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

/// A block that is asked for again and again.
const keptBlocks = new Map();

function keptBlock(name) {
  if (!keptBlocks.has(name)) keptBlocks.set(name, block(name));
  return keptBlocks.get(name);
}

// Elements are made of texts only, so that no sample becomes markup.

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/// Control characters as their pictures, except line ends and tabs.
function visible(text) {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, (c) =>
    c === "\u007f" ? "\u2421" : String.fromCharCode(0x2400 + c.charCodeAt(0)));
}

function number(value, digits = 4) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "—";
  return Math.abs(value) < 1e6 ? value.toFixed(Number.isInteger(value) ? 0 : digits) : value.toPrecision(digits);
}

function announce(text) {
  document.getElementById("status").textContent = text;
}
