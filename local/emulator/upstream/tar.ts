const BLOCK = 512;

/** A tar archive (ustar) with one file; owner and times are zero so that the bytes never change. */
export function tarFile(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(BLOCK);
  const field = (value: string, offset: number) => header.write(value, offset, "ascii");
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, "0")}\0`;
  field(name, 0);
  field(octal(0o644, 7), 100);
  field(octal(0, 7), 108);
  field(octal(0, 7), 116);
  field(octal(content.length, 11), 124);
  field(octal(0, 11), 136);
  // The checksum counts its own field as blanks.
  field(" ".repeat(8), 148);
  field("0", 156);
  field("ustar\0" + "00", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  field(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
  return Buffer.concat([header, content, padding, Buffer.alloc(2 * BLOCK)]);
}
