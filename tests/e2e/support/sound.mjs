// SPDX-License-Identifier: Apache-2.0
// What is in a recording: which tones, second by second.

/** How strong a tone is in a stretch of 16-bit samples at 8 kHz (Goertzel's way). */
function strength(samples, hertz) {
  let sine = 0;
  let cosine = 0;
  const turn = (2 * Math.PI * hertz) / 8000;
  samples.forEach((value, index) => {
    sine += value * Math.sin(turn * index);
    cosine += value * Math.cos(turn * index);
  });
  return Math.hypot(sine, cosine) / samples.length;
}

/** A WAV file: its seconds, and in how many of its half seconds each of the named tones sounds. */
export function tones_in(bytes, named) {
  const text = (from, to) => bytes.subarray(from, to).toString('latin1');
  if (text(0, 4) !== 'RIFF' || text(8, 12) !== 'WAVE') throw new Error('no WAV file');
  const data = bytes.subarray(44);
  const seconds = data.length / 16_000;
  const heard = Object.fromEntries(Object.keys(named).map((name) => [name, 0]));
  let pieces = 0;
  for (let at = 0; at + 8000 <= data.length; at += 8000) {
    const samples = Array.from({ length: 4000 }, (_none, index) => data.readInt16LE(at + 2 * index));
    pieces += 1;
    for (const [name, hertz] of Object.entries(named)) if (strength(samples, hertz) > 800) heard[name] += 1;
  }
  return { seconds, pieces, heard };
}
