/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers with units, for people: "1.04 us", "70.5 ppb". */
#ifndef HORA_SIM_TEXT_H
#define HORA_SIM_TEXT_H

#define TEXT_S 16

/* 3 digits; "-" for 0, which means unknown here. */
void text_s(char ret[TEXT_S], double s);
void text_ppm(char ret[TEXT_S], double ppm);

#endif
