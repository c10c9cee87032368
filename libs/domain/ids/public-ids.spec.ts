import fc from 'fast-check';
import { ID_ENTITIES } from './id-prefixes.js';
import type { IdPrefix } from './id-prefixes.js';
import { formatId, parseId } from './public-ids.js';

const prefixes = Object.keys(ID_ENTITIES) as IdPrefix[];
const LARGEST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

describe('public ids', () => {
  it('writes the smallest, the largest and a known uuid', () => {
    expect(formatId('cmp', '00000000-0000-0000-0000-000000000001')).toBe('cmp_00000000000000000000000001');
    expect(formatId('gw', LARGEST)).toBe('gw_7zzzzzzzzzzzzzzzzzzzzzzzzz');
    // The example of the TypeID specification, which uses the same alphabet and bit order.
    expect(formatId('mem', '01890a5d-ac96-774b-bcce-b302099a8057')).toBe('mem_01h455vb4pex5vsknk084sn02q');
  });

  it('reads back every id it writes, for every entity', () => {
    fc.assert(
      fc.property(fc.constantFrom(...prefixes), fc.uuid(), (prefix, uuid) => {
        expect(parseId(prefix, formatId(prefix, uuid))).toBe(uuid);
      }),
    );
  });

  it('keeps the order of the uuids', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (a, b) => {
        expect(formatId('cmp', a) < formatId('cmp', b)).toBe(a < b);
      }),
    );
  });

  it.each([
    ['the id of another entity', 'lst_01h455vb4pex5vsknk084sn02q'],
    ['upper case', 'cmp_01H455VB4PEX5VSKNK084SN02Q'],
    ['one character less', 'cmp_01h455vb4pex5vsknk084sn02'],
    ['one character more', 'cmp_01h455vb4pex5vsknk084sn02q0'],
    ['a letter outside the alphabet', 'cmp_01h455vb4pex5vsknk084sn02u'],
    ['more than 128 bits', 'cmp_80000000000000000000000000'],
    ['a bare uuid', '01890a5d-ac96-774b-bcce-b302099a8057'],
    ['SQL', "cmp_' or 1=1 -- 0000000000000"],
    ['a character above 127', 'cmp_01h455vb4pex5vsknk084sn0２q'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(parseId('cmp', text)).toBeNull();
  });

  it('refuses to write an id from something that is no canonical uuid', () => {
    expect(() => formatId('cmp', LARGEST.toUpperCase())).toThrow(TypeError);
  });
});
