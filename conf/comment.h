/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONF_COMMENT_H
#define CONF_COMMENT_H

/* Takes the comments out of a configuration text. libconfuse 3.3 miscounts
 * lines after a comment and refuses one inside a list. */

/* Overwrites with blanks what follows a `#` outside quotes, to the end of its
 * line. The text keeps its length and its lines. */
void comment_blank(char *text);

#endif
