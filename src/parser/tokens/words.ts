type Split<Text extends string, Found = never> = Text extends `${infer Word} ${infer Rest}` ? Split<Rest, Found | Word> : Found | Text;

/** The words of a text, with their types: `words('a b')` is an array of 'a' | 'b'. */
export function words<Text extends string>(text: Text): readonly Split<Text>[] {
  return text.split(' ') as Split<Text>[];
}
