/** What the floors are measured on: a day of a busy cluster, made from a seed. */
package dev.spoor.bench;
