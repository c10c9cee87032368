import { detectDelimiter } from './delimiter.js';
import { DEFAULT_FILE_LIMITS } from './limits.js';

const detect = (text: string) => detectDelimiter(text, true, DEFAULT_FILE_LIMITS).delimiter;

describe('finding the delimiter', () => {
  it('sees through commas in names and decimals in a list cut by semicolons', () => {
    expect(
      detect('phone;name;points\n0912345678;Lin, A;1,5\n0922333444;Bob;2\n0933444555;Chen, B;3,5\n'),
    ).toBe(';');
  });

  it('sees nothing in lines that only now and then hold one of the characters', () => {
    expect(detect('0912345678\n0922333444\n02-2345-6789, ext 5\n0933444555\n0944555666\n')).toBeNull();
  });

  it('is not misled by delimiters and line breaks inside quotes', () => {
    expect(detect('a|b\n"x,y,z\n1,2,3\n4,5,6\n7,8,9"|2\n"x,y,z"|3\n')).toBe('|');
  });

  it('reads rows of different length, as long as most agree', () => {
    expect(detect('phone,name\n0912345678\n0922333444,Bob\n0933444555,Al\n')).toBe(',');
  });

  it('knows the delimiter of rows that hold nothing else', () => {
    expect(detect(';;;\r\n;;;\r\n')).toBe(';');
  });
});
