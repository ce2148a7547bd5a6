// The 256 colours that there is most of in a picture; in the place of every other, the nearest.
async (source) => {
  const image = new Image();
  image.src = `data:image/png;base64,${source}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const colours = new Uint32Array(data.length / 4).map((_, at) => (data[at * 4] << 16) | (data[at * 4 + 1] << 8) | data[at * 4 + 2]);
  const often = new Map();
  for (const each of colours) often.set(each, (often.get(each) ?? 0) + 1);
  const palette = [...often].sort(([, a], [, b]) => b - a).slice(0, 256).map(([colour]) => colour);
  const parts = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];
  const far = (one, other) => parts(one).reduce((sum, part, at) => sum + (part - parts(other)[at]) ** 2, 0);
  const nearest = (colour) => palette.reduce((best, each, at) => (far(each, colour) < far(palette[best], colour) ? at : best), 0);
  const index = new Map(palette.map((colour, at) => [colour, at]));
  for (const colour of often.keys()) if (!index.has(colour)) index.set(colour, nearest(colour));
  const indexes = Uint8Array.from(colours, (colour) => index.get(colour));
  let text = "";
  for (let at = 0; at < indexes.length; at += 8192)
    text += String.fromCharCode(...indexes.subarray(at, at + 8192));
  const { width, height } = image;
  return { width, height, palette, pixels: btoa(text) };
}
