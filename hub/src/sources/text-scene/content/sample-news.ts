/** Lines of a hub that has not been told what to show. Invented; every one of them is about light. */
export const sampleNews: readonly string[] = [
  "HARBOUR · Lighthouse keeper reports a night without a shadow",
  "CITY · Four thousand lamps now dim when nobody walks below",
  "ARTS · Glass pavilion reopens tonight with forty lanterns",
  "SCIENCE · A pulse of light stood still for a whole minute",
  "WEATHER · Fog until ten, then a pale sun; aurora later",
  "STAGE · Lighting desk from 1978 runs its ten thousandth show",
  "SPACE · The probe's lamp still shines, if you know where",
  "MARKETS · Candles up, bulbs steady, neon at an all-time high",
  "SEA · Glowing plankton draws the coastline once again",
  "TRAMS · Line seven late: passengers wished to see the sunset",
  "MUSEUM · Visitors may now touch the dark, by appointment",
  "RADIO · Old transmitter hums in tune with the northern lights",
  "GARDEN · Fireflies counted: more than anyone had hoped",
  "SPORT · Floodlights fail, moon takes over, home side wins",
  "KITCHEN · How to boil an egg by daylight saving",
  "LETTERS · Who switches off the stars? We are looking into it",
];
