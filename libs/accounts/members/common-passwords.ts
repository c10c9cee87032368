/** Passwords of eight or more characters that every guessing list begins with, in lower case. */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  `12345678 123456789 1234567890 12345678910 0123456789 87654321 987654321 0987654321 11111111 111111111
  00000000 000000000 22222222 66666666 88888888 888888888 99999999 11223344 12341234 12344321 12121212
  123123123 123321123 147258369 159357258 741852963 789456123 password password1 password12 password123
  password1234 password! passw0rd p@ssword p@ssw0rd p@ssw0rd1 passwort passpass qwertyui qwertyuiop
  qwerty12 qwerty123 qwerty1234 qwerty12345 qwert12345 1qaz2wsx 1qazxsw2 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y
  q1w2e3r4 q1w2e3r4t5 zaq12wsx zaq1zaq1 qazwsxedc qweasdzxc asdfghjk asdfghjkl asdf1234 asdfasdf zxcvbnm1
  zxcvbnm123 abcd1234 abc12345 abcdefgh abcdefg1 a1234567 a12345678 a123456789 aa123456 aa12345678 aaaaaaaa
  1234abcd 1234qwer qwer1234 iloveyou iloveyou1 iloveyou2 sunshine sunshine1 princess princess1 football
  football1 baseball baseball1 basketball superman superman1 batman123 pokemon1 starwars startrek trustno1
  whatever letmein1 letmein123 welcome1 welcome12 welcome123 computer internet samsung1 michelle jennifer
  jessica1 charlie1 michael1 daniel123 liverpool chelsea1 arsenal1 dragon123 monkey123 shadow123 master123
  killer123 hello123 hellohello test1234 testtest testing1 testing123 changeme changeme1 changeme123
  secret123 secret12 default1 administrator admin123 admin1234 admin12345 adminadmin root1234 rootroot
  toor1234 user1234 guest123 temp1234 login123 access14 service1 system123 manager1 company1 summer2024
  summer2025 summer2026 winter2024 winter2025 winter2026 spring2025 spring2026 taiwan123 taipei101 taiwan888
  asdqwe123 qwe123456 asd123456 zxc123456 abc123456 abc123abc woaini520 woaini1314 5201314520 520131414
  1314520520 carillon carillon1 carillon123`
    .split(/\s+/)
    .filter(Boolean),
);
