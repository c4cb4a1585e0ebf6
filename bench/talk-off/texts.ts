/** What the synthetic callers say, by espeak-ng voice: everyday sentences, and many numbers, whose vowels resemble keys most. */
export const texts: Readonly<Record<string, readonly string[]>> = {
  'cmn-latn-pinyin': [
    '您好，请问您是哪位？我现在不太方便接电话，您可以晚一点再打过来吗？',
    '好的，我知道了，明天上午九点半我会准时到医院，地址是人民路一百二十八号。',
    '这个订单我没有收到，快递单号是七七八零九三六五一二四，麻烦您帮我查一下。',
    '一二三四五六七八九十，幺三九零零一二三四五六七，喂喂喂，听得到吗？',
  ],
  yue: [
    '你好，請問你係邊位？我而家唔係幾方便聽電話，你可唔可以遲啲再打嚟？',
    '好呀，我知道喇，聽日朝早九點半我會準時到。',
  ],
  'en-us': [
    'Hello, who is this? I am driving right now, could you please call me again later in the afternoon?',
    'The order number is seven seven eight zero nine three six five one two four, would you look that up for me?',
    'We moved to eleven Greenwood Avenue, new oil, blue moon, you knew, who are you, oh no, we owe them all.',
    'Yes. No. Maybe. Press one? I did press one! Hello? Hello! Anybody there? Ooh, I see, aha, mhm, okay.',
  ],
  'en-gb': [
    'Good afternoon, I should like to confirm my appointment on Thursday the twenty third at a quarter to four.',
    'Nobody told me that the meeting had been moved, but never mind, I shall be there in an hour or so.',
  ],
  de: [
    'Guten Tag, mit wem spreche ich bitte? Ich kann gerade nicht reden, rufen Sie bitte später noch einmal an.',
    'Die Nummer lautet null eins sieben fünf, acht acht zwei, neun drei, und zwar ohne Vorwahl.',
  ],
  fr: [
    'Bonjour, qui est à l’appareil ? Je ne peux pas vous parler maintenant, rappelez-moi plus tard, s’il vous plaît.',
    'Le numéro de la commande est soixante-dix-sept, quatre-vingt-neuf, douze, zéro quatre.',
  ],
  es: [
    'Buenos días, ¿con quién hablo? Ahora no puedo hablar, llámeme usted más tarde, por favor.',
    'El número del pedido es siete siete ocho cero nueve tres seis cinco uno dos cuatro.',
  ],
  it: [
    'Buongiorno, chi parla? In questo momento non posso parlare, mi richiami più tardi, per favore.',
    'Il numero è sette sette otto zero nove tre sei cinque uno due quattro.',
  ],
  ru: [
    'Здравствуйте, кто говорит? Я сейчас не могу разговаривать, перезвоните мне, пожалуйста, позже.',
    'Номер заказа семь семь восемь ноль девять три шесть пять один два четыре.',
  ],
  pt: ['Bom dia, quem fala? Agora não posso falar, ligue mais tarde, por favor. O número é sete oito zero nove três.'],
  vi: ['Xin chào, ai đấy ạ? Bây giờ tôi đang bận, xin gọi lại sau. Số là bảy bảy tám không chín ba sáu năm.'],
  tr: ['Merhaba, kimsiniz? Şu anda konuşamıyorum, lütfen daha sonra arayın. Numara yedi yedi sekiz sıfır dokuz.'],
}

/** Speakers that espeak-ng makes of every voice. */
export const speakers = ['', '+m1', '+m3', '+m7', '+f1', '+f2', '+f3', '+f5', '+croak', '+whisper', '+klatt2'] as const
