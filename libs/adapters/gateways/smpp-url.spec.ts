import { parseSmppUrl } from './smpp-url.js';

describe('the URL of a carrier', () => {
  it('needs only a login and a host', () => {
    expect(parseSmppUrl('smpp://shop:pass@carrier.example')).toEqual({
      name: 'smpp',
      host: 'carrier.example',
      port: 2775,
      hasTls: false,
      systemId: 'shop',
      password: 'pass',
      systemType: '',
      bindAs: 'transceiver',
      maxBinds: 1,
      window: 10,
      ratePerSecond: 0,
      enquireIdleSeconds: 30,
      receiptIds: 'same',
    });
  });

  it('takes every setting of the link', () => {
    const text =
      'smpps://a%40b:p%2Fw@[::1]:3550?name=main&type=VMA&binds=4&window=1000&rate=100000&enquire=10&ids=hex&bind=pair';
    expect(parseSmppUrl(text)).toMatchObject({
      name: 'main',
      host: '::1',
      port: 3550,
      hasTls: true,
      systemId: 'a@b',
      password: 'p/w',
      systemType: 'VMA',
      bindAs: 'pair',
      maxBinds: 4,
      window: 1_000,
      ratePerSecond: 100_000,
      enquireIdleSeconds: 10,
      receiptIds: 'hex',
    });
  });

  it.each([
    ['binds=0', 'binds'],
    ['binds=65', 'binds'],
    ['window=1001', 'window'],
    ['window=1.5', 'window'],
    ['rate=-1', 'rate'],
    ['rate=many', 'rate'],
    ['enquire=9', 'enquire'],
    ['ids=octal', 'ids'],
    ['bind=receiver', 'bind'],
  ])('with %s is refused, naming %s and never the password', (query, name) => {
    const parse = () => parseSmppUrl(`smpp://shop:s3cret@carrier.example?${query}`);
    expect(parse).toThrow(name);
    expect(parse).not.toThrow('s3cret');
  });

  it('is refused with another protocol', () => {
    expect(() => parseSmppUrl('http://shop:s3cret@carrier.example')).toThrow('smpp://');
  });
});
