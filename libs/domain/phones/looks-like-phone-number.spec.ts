import { looksLikePhoneNumber } from './looks-like-phone-number.js';

describe('finding the column of phone numbers', () => {
  it.each([
    '0912-345-678',
    '912345678',
    '+886 912 345 678',
    '9.12345678E+08',
    '(02) 2345-6789',
    '+81 3-1234-5678',
  ])('takes %j for a phone number', (cell) => {
    expect(looksLikePhoneNumber(cell, 'TW')).toBe(true);
  });

  it.each([
    '',
    'Amy',
    '2024-01-05',
    '20240105',
    '2024/01/05 12:00',
    '23456789',
    '1,200',
    'A123456789',
    '100',
    '12.50',
  ])('does not take %j for one', (cell) => {
    expect(looksLikePhoneNumber(cell, 'TW')).toBe(false);
  });
});
