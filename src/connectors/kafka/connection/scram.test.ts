import {expect, test} from 'vitest';
import {ScramClient} from './scram.ts';

test('SCRAM-SHA-256: the example of RFC 7677, section 3', async () => {
  const client = new ScramClient('sha256', 'user', 'pencil', 'rOprNGfwEbeRWgbNEkqO');
  expect(client.firstMessage().toString()).toBe('n,,n=user,r=rOprNGfwEbeRWgbNEkqO');
  const final = await client.finalMessage(
    Buffer.from('r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096'),
  );
  expect(final.toString()).toBe(
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
  );
  client.verify(Buffer.from('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4='));
  expect(() => client.verify(Buffer.from('v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4='))).toThrow('could not prove');
  expect(() => client.verify(Buffer.from('e=invalid-proof'))).toThrow('invalid-proof');
});

test('an answer with a foreign nonce or too few iterations is refused', async () => {
  const client = (): ScramClient => new ScramClient('sha512', 'a=b,c', 'p', 'abc');
  expect(client().firstMessage().toString()).toBe('n,,n=a=3Db=2Cc,r=abc');
  await expect(client().finalMessage(Buffer.from('r=xyz,s=AAAA,i=4096'))).rejects.toThrow('foreign nonce');
  await expect(client().finalMessage(Buffer.from('r=abcd,s=AAAA,i=1'))).rejects.toThrow('iterations');
  await expect(client().finalMessage(Buffer.from('nonsense'))).rejects.toThrow('without nonce or salt');
});
