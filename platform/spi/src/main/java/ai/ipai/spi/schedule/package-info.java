/** When things happen again and again: cron expressions and periods. */
@NullMarked
package ai.ipai.spi.schedule;

import org.jspecify.annotations.NullMarked;
